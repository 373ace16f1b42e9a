"""The ASGI host: GraphQL over HTTP and WebSocket, GraphiQL, the web page and signed images."""
