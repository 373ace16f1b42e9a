"""Held-out prompts and the scorer: written before the first training run."""
