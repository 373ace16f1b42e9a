"""Build the zip archives of the Lambda functions, reproducibly and without Docker."""
