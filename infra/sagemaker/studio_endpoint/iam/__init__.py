"""IAM policy documents with the minimum permissions."""
