"""Prepare a function for Lambda SnapStart.

Lambda runs the imports of a function once for each published version, takes a snapshot
of its memory, and starts every execution environment from that snapshot. So nothing in
it may be unique, secret or short-lived:

- The imports open no connection, fetch no credentials (`aws/container_credentials.py`)
  and no keys of the user pool, and sign no URL.
- Random number generators that run in the process are seeded again after each restore.
  Those of the operating system (`secrets`, `uuid.uuid4`, TLS) need no hook.
- The first call after a restore counts as a cold start, because no call before the
  snapshot goes through the handler.

The runtime has the library of the hooks. Elsewhere, and in functions without SnapStart,
they do not run.
"""

from __future__ import annotations

import random
from collections.abc import Callable

import uuid_utils


def prepare_for_snapshots(load: Callable[[], object]) -> None:
    """Register the hooks of SnapStart, if this Python has them.

    Args:
        load: Called before the snapshot. It loads what the first calls would load: they
            would do so after every restore.
    """
    try:
        from snapshot_restore_py import register_after_restore, register_before_snapshot
    except ImportError:
        return
    register_before_snapshot(load)
    register_after_restore(reseed)


def reseed() -> None:
    """Seed the random number generators that run in this process.

    They would repeat in every environment that Lambda restores from the snapshot.
    `random` selects shards and waiting times, and `uuid_utils` creates the IDs of
    generations.
    """
    random.seed()
    uuid_utils.reseed_rng()
