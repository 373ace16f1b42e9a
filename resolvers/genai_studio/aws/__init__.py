"""The adapters of a studio in an AWS account: DynamoDB, S3, AppSync, Cognito."""
