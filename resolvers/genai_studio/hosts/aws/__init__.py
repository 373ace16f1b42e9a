"""The Lambda functions: AppSync and HTTP API, worker, publisher, completion, sweeper."""
