"""The client side of the command line: access, sign-in, API calls."""
