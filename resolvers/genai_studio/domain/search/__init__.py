"""Full-text search in prompts."""
