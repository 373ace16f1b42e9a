"""The local host: GraphQL over HTTP and WebSocket, GraphiQL, the page and signed images."""
