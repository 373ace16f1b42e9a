"""Deploy, inspect, test and delete SageMaker endpoints for genai-studio."""
