"""The studio's daily image count, spread over several items.

One item supports few concurrent transactions, and every submit counts images. A studio
without a limit, or with a limit of at least `SHARDED_FROM` images, therefore counts in
`STUDIO_QUOTA_SHARDS` items: each submit adds its images to a random one. Each item may
hold its share of the limit, so that all items together never exceed the limit. If
the chosen item is full, the images are taken from items that have room, in one
transaction. A lower limit is counted in one item, as in releases without shards.

The items of the other layout still count: those of an earlier release, or of a limit
that has changed during the day. Their images are read and subtracted from the limit. A
release of quota subtracts from a random shard, whatever the layout. One item may
therefore be negative; only the sum has a meaning.

What is not exact:

- The images of the other layout are read every `REFRESH_SECONDS`. After a deployment that
  changes the layout, requests that earlier processes still accept are seen that much later.
- A limit that is lowered during the day, but stays sharded, can be exceeded by what the
  studio accepts within `REFRESH_SECONDS`.
- Items are not read at the same instant. A request near the limit can be refused although
  quota is returned during the read.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from genai_studio.aws.records.reads import Reads
from genai_studio.aws.records.table import (
    STUDIO_OWNER,
    Item,
    quota_key,
    studio_quota_shards,
)
from genai_studio.domain.errors import QuotaExceeded

T = TypeVar("T")

SHARDED_FROM = 16_000
"""Smallest limit that is sharded. A lower limit admits too few submits to need shards."""

REFRESH_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Draw:
    """Images to add to one of the studio's counters.

    Attributes:
        key: Key of the counter.
        images: Number of images to add.
        limit: What the counter may hold afterwards. None: no limit.
    """

    key: Item
    images: int
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class _Usage:
    """The counters of one day, as read at one time.

    Attributes:
        total: Images on all counters.
        rooms: For each counter of the layout: its key, its share and the images left of it.
    """

    day: str
    limit: int
    read_at: float
    total: int
    rooms: Sequence[tuple[Item, int, int]]


class StudioQuota:
    """Chooses the counters that a submit adds to.

    Args:
        monotonic: Returns a monotonic time in seconds.
    """

    def __init__(self, reads: Reads, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._reads = reads
        self._monotonic = monotonic
        self._last: _Usage | None = None

    async def draw(
        self, day: str, images: int, limit: int | None, *, full: bool = False
    ) -> Sequence[Draw]:
        """Choose the counters for a number of images: usually one, without reading it.

        Args:
            full: Whether a counter that the previous call chose had no room.

        Raises:
            QuotaExceeded: The limit has fewer than `images` images left.
        """
        if limit is None:
            return (Draw(_any(studio_quota_shards(day)), images),)
        usage = self._last
        if (
            full
            or usage is None
            or (usage.day, usage.limit) != (day, limit)
            or self._monotonic() - usage.read_at >= REFRESH_SECONDS
        ):
            return self._draw_from(await self._read(day, limit), images)
        candidates = [(key, share) for key, share, _ in usage.rooms if share >= images]
        if usage.total + images > limit or not candidates:
            return self._draw_from(await self._read(day, limit), images)
        key, share = _any(candidates)
        return (Draw(key, images, share),)

    def _draw_from(self, usage: _Usage, images: int) -> Sequence[Draw]:
        """Choose counters that had room when they were read."""
        left = min(usage.limit - usage.total, sum(max(room, 0) for _, _, room in usage.rooms))
        if left < images:
            raise QuotaExceeded(usage.limit, left, whole_studio=True)
        if with_room := [(key, share) for key, share, room in usage.rooms if room >= images]:
            key, share = _any(with_room)
            return (Draw(key, images, share),)
        draws: list[Draw] = []
        for key, share, room in sorted(usage.rooms, key=lambda one: -one[2]):
            taken = min(room, images - sum(one.images for one in draws))
            if taken > 0:
                draws.append(Draw(key, taken, share))
        return draws

    async def _read(self, day: str, limit: int) -> _Usage:
        shards, single = studio_quota_shards(day), quota_key(STUDIO_OWNER, day)
        layout = shards if limit >= SHARDED_FROM else (single,)
        read_at = self._monotonic()
        items = await self._reads.batch([single, *shards])
        used = {item["pk"]["S"]: int(item["used"]["N"]) for item in items}
        total = sum(used.values())
        elsewhere = total - sum(used.get(key["pk"]["S"], 0) for key in layout)
        # These shares add up to the rest of the limit, and none grows if `elsewhere` grows.
        rest = max(limit - elsewhere, 0)
        shares = [(rest + number) // len(layout) for number in range(len(layout))]
        rooms = [
            (key, share, share - used.get(key["pk"]["S"], 0))
            for key, share in zip(layout, shares, strict=True)
        ]
        self._last = _Usage(day, limit, read_at, total, rooms)
        return self._last


def _any(choices: Sequence[T]) -> T:
    return random.choice(choices)  # noqa: S311 - not a secret
