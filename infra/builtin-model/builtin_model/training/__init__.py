"""Training loops. Each one resumes from its last checkpoint."""
