"""Adapters for AWS: DynamoDB, S3, SQS, AppSync and Cognito."""
