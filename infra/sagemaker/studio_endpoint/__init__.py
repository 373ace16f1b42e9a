"""Deploys, watches, tries and removes SageMaker endpoints for genai-studio."""
