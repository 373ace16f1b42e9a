"""The SQS job queue and its dead-letter queue."""
