"""What AWS Lambda calls: one module for each function, wired from its environment when it starts.

Each has a `handler`; importing one without its variables fails with a message
that names what is missing.
"""
