"""Build genai-studio's built-in text-to-image model from public emoji drawings."""
