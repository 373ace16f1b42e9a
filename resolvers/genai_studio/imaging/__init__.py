"""Encode images: PNG with provenance, thumbnail and placeholder."""
