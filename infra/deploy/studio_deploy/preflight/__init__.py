"""Checks of the settings and of Amazon Bedrock, before anything is deployed."""
