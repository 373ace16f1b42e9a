"""The SQS queue of generations and its dead-letter queue."""
