"""GraphQL documents: the cache of parsed documents, and documents the server generates."""
