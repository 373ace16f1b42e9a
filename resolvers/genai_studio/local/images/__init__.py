"""`ports.Images` as files, with signed URLs."""
