"""`ports.Records` in one DynamoDB table."""
