"""Call models in Amazon Bedrock, which need no endpoint of one's own."""
