"""Map seeds to the range that Stability's containers accept."""

from __future__ import annotations

_MAX_SEED = 4_294_967_294


def stability_seed(seed: int) -> int:
    """Return the seed to send.

    The container treats 0 as “random” and rejects 2³² − 1. So 0 becomes 1, and
    2³² − 1 becomes 2³² − 2. Source: Stability's API reference, `seed`: 0 to
    4294967294, “0 for a random seed”.
    """
    return min(max(seed, 1), _MAX_SEED)
