"""`ports.Images` on the file system, with signed URLs."""
