"""`/graphql` over HTTP."""
