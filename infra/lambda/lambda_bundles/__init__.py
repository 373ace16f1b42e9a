"""Builds the zips of the Lambda functions: without Docker, and twice the same."""
