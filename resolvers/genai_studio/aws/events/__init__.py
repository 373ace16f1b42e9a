"""Publishing events through AWS AppSync."""
