"""Lambda functions: AppSync resolvers, HTTP API, worker, publisher, completion, sweeper."""
