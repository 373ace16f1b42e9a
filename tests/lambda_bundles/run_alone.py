"""Runs a program with the standard library and one directory, and nothing else to import from.

Started as `python -I -S run_alone.py DIRECTORY`, with the options `-W … -c PROGRAM`
that `tests.hosts.aws.support.lambda_function` gives a Python.
"""

import sys

directory, program = sys.argv[1], sys.argv[-1]
sys.path[:] = [directory, *(path for path in sys.path if "site-packages" not in path)]
exec(program)  # noqa: S102 - the test's own
