"""Calls of AWS APIs: their description, execution, errors and waiting times."""
