"""Training captions, the words in them and their vectors."""
