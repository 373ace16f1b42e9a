"""Run a program that can import only from the standard library and one directory.

Usage: `python -I -S run_alone.py DIRECTORY -W … -c PROGRAM`. The last options come
from `tests.hosts.aws.support.lambda_function`.
"""

import sys

directory, program = sys.argv[1], sys.argv[-1]
sys.path[:] = [directory, *(path for path in sys.path if "site-packages" not in path)]
exec(program)  # noqa: S102 - the program comes from a test
