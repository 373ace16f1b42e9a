"""Recognize errors that mean that the disk is full."""

from __future__ import annotations

import errno

_CODES = frozenset({errno.ENOSPC, errno.EDQUOT})


def is_disk_full(error: BaseException) -> bool:
    """Return whether an error means that the disk or the user's disk quota is full."""
    return isinstance(error, OSError) and error.errno in _CODES
