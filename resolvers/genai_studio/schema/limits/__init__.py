"""Limits on documents and variables, checked before any resolver runs."""
