"""Evaluation on held-out prompts, with a scorer that the model never sees."""
