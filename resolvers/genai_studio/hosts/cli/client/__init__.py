"""The API client of the command line: access, sign-in and operations."""
