"""Compiled execution: one generated function completes the value of a root field.

`docs/decisions/0025-compiled-execution.md` explains the design. Start with `executor`.
"""
