"""genai-studio: a text-to-image studio behind one GraphQL schema."""
