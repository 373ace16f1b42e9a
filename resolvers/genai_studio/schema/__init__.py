"""The GraphQL contract, code first: what every host serves.

Modules with Strawberry's types and fields do without `from __future__ import
annotations`: Strawberry would parse and compile the text of each annotation
whenever a process starts, which took a third of the schema's own time.
"""
