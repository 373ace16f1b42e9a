"""`/graphql` over WebSocket."""
