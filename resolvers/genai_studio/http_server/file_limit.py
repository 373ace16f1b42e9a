"""The number of files and connections that this process may open."""

from __future__ import annotations

import sys

WANTED_FILES = 16_384


def raise_file_limit(wanted: int = WANTED_FILES) -> int:
    """Raise the soft limit on open files toward `wanted`, and return the limit.

    A process may raise its soft limit up to the hard limit. Windows has no such limit.
    """
    if sys.platform == "win32":
        return wanted
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    unlimited = resource.RLIM_INFINITY
    target = wanted if hard == unlimited else min(wanted, hard)
    if soft != unlimited and soft < target:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (target, hard))
        except (OSError, ValueError):  # a lower limit of the system, such as macOS' maxfilesperproc
            return soft
        return target
    return wanted if soft == unlimited else soft
