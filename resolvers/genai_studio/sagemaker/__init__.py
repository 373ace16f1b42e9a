"""Call Amazon SageMaker endpoints, and local servers with the same protocol."""
