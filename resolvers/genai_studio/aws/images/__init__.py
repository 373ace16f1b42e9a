"""`ports.Images` in one S3 bucket."""
