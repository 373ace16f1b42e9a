"""Attempts at a generation, from the claim to the outcome."""
