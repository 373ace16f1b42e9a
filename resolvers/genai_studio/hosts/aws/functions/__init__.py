"""Entry points of the Lambda functions, one module each.

Each module creates its `handler` from environment variables when it is imported. The
import fails with the name of the variable if one is missing.
"""
