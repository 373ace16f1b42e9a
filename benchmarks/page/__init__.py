"""Measurements of the page in Chromium."""
