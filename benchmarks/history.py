"""Compare pages of history at 1,000,000 records with those at 1,000 records.

Fills two local stores with prompts of about twelve words. Then queries the first page,
a page from the middle and three searches of both stores alternately, so that a busy
machine slows down both alike.
"""

from __future__ import annotations

import asyncio
import random
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.bulk_records import insert_in_bulk
from benchmarks.measurement import Measurement, median_ratio, milliseconds
from genai_studio.domain.history import HistoryFilter, HistoryQuery
from genai_studio.local.records.store import FILE, LocalRecords
from tests.builders import ALICE, a_generation

SMALL = 1_000
LARGE = 1_000_000
BOUNDS = {"first page": 1.3}
"""Maximum ratio by query."""
DEFAULT_BOUND = 2.0
ROUNDS = 200
PAGE = 24

WORDS = (
    *("red", "green", "golden", "silver", "old", "tiny", "huge", "broken", "glowing", "frozen"),
    *("apple", "pear", "fox", "owl", "castle", "lighthouse", "robot", "astronaut", "dragon"),
    *("teapot", "violin", "forest", "street", "kitchen", "desert", "river", "mountain", "garden"),
    *("train", "ship", "cloud", "moon", "star", "lantern", "watercolor", "pencil", "poster"),
    *("woodcut", "mosaic", "sketch", "portrait", "landscape", "macro", "quiet", "burning"),
)
CHINESE = ("红苹果", "月亮", "水彩画", "灯塔", "机器人", "山水")


@dataclass(frozen=True)
class Store:
    records: LocalRecords
    size: int
    middle: str


def measure() -> list[Measurement]:
    """Run every query on both stores."""
    return asyncio.run(_measure())


async def _measure() -> list[Measurement]:
    with tempfile.TemporaryDirectory() as directory:
        small, large = [fill(Path(directory) / str(size), size) for size in (SMALL, LARGE)]
        measurements = [await compare(name, small, large) for name in QUERIES]
        size = bytes_on_disk(Path(directory, str(LARGE)))
        for store in (small, large):
            store.records.close()
    on_disk = f"{size / LARGE:.0f} bytes"
    return [
        *measurements,
        Measurement(benchmark="history", subject="disk space per record", value=on_disk),
    ]


def bytes_on_disk(directory: Path) -> int:
    return sum(file.stat().st_size for file in directory.iterdir())


def prompt(randomness: random.Random) -> str:
    words = randomness.choices(WORDS, k=12)
    return f"a {' '.join(words)} {randomness.choice(CHINESE)}"


def fill(directory: Path, size: int) -> Store:
    randomness = random.Random(7)
    LocalRecords.open(directory).close()
    made = (a_generation(prompt=prompt(randomness)) for _ in range(size))
    ids = insert_in_bulk(directory / FILE, ALICE, made)
    return Store(LocalRecords.open(directory), size, ids[len(ids) // 2])


QUERIES: dict[str, Callable[[Store], HistoryQuery]] = {
    "first page": lambda store: HistoryQuery(filter=HistoryFilter(), first=PAGE),
    "deep page": lambda store: HistoryQuery(filter=HistoryFilter(), first=PAGE, after=store.middle),
    "search, one word": lambda store: HistoryQuery(filter=HistoryFilter(text="apple"), first=PAGE),
    "search, two words": lambda store: HistoryQuery(
        filter=HistoryFilter(text="apple lantern"), first=PAGE
    ),
    "search, Chinese, deep": lambda store: HistoryQuery(
        filter=HistoryFilter(text="苹果"), first=PAGE, after=store.middle
    ),
}


async def compare(name: str, small: Store, large: Store) -> Measurement:
    make_query = QUERIES[name]
    times: dict[int, list[float]] = {small.size: [], large.size: []}
    for _ in range(ROUNDS):
        for store in (small, large):
            times[store.size].append(await timed(store, make_query(store)))
    few, many = times[small.size], times[large.size]
    return Measurement(
        benchmark="history",
        subject=f"{name}, {large.size:,} records",
        value=milliseconds(many),
        reference=f"{small.size:,} records: {milliseconds(few)}",
        ratio=median_ratio(many, few),
        bound=BOUNDS.get(name, DEFAULT_BOUND),
    )


async def timed(store: Store, query: HistoryQuery) -> float:
    began = time.perf_counter()
    page = await store.records.page(ALICE, query)
    took = time.perf_counter() - began
    assert page.items
    return took
