"""Access tokens, and who they speak for: the same in both worlds."""
