"""GraphQL documents: the cache of parsed ones, and those the server writes itself."""
