"""Seeds as Stability's containers take them."""

from __future__ import annotations

_LAST = 4_294_967_294


def stability_seed(seed: int) -> int:
    """A seed the container repeats: 0 would mean “draw one”, 2³² − 1 is refused.

    So 0 becomes 1 and 2³² − 1 becomes 2³² − 2. Source: Stability's API
    reference, `seed`: 0 to 4294967294, “0 for a random seed”.
    """
    return min(max(seed, 1), _LAST)
