"""One attempt at a generation, from its claim to its outcome."""
