"""Publish generation events through AWS AppSync."""
