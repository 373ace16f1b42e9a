"""Limits on documents and values, checked before any resolver runs."""
