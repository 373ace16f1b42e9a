"""Store generations, quota counters and search terms in one DynamoDB table."""
