"""The GraphQL schema, defined in Python and served by every host.

Modules that define Strawberry types or fields do not use `from __future__ import
annotations`: Strawberry would parse and compile the text of each annotation at
process start, which took a third of the schema's import time.
"""
