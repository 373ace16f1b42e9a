"""Store images in S3 and presign their URLs."""
