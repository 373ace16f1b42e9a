"""Run a property over hostile inputs, and bound the cost of one input."""

from __future__ import annotations

import logging
import os
import random
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import hypothesis
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import SearchStrategy

Input = TypeVar("Input", str, bytes)

SECONDS = float(os.environ.get("FUZZ_SECONDS", "0"))
"""Minimum time of each target. 0 runs a fixed number of examples once (`make test`)."""

GROWTH = 8
MAX_GROWTH = 3 * GROWTH
"""An input of `GROWTH` times the size may cost at most `MAX_GROWTH` times the CPU time.
Linear work costs `GROWTH` times as much, quadratic work its square."""

NEGLIGIBLE_SECONDS = 0.05
"""CPU time below which a ratio measures noise only."""

MAX_MEMORY_PER_BYTE = 80
"""A Python list of small integers takes 36 bytes for 2 bytes of JSON."""

SPARE_MEMORY = 4 * 1024 * 1024


def fuzz(
    *strategies: SearchStrategy[Any], examples: int = 200
) -> Callable[[Callable[..., None]], Callable[[], None]]:
    """Run a check over generated inputs: `examples` times, or repeatedly for `FUZZ_SECONDS`.

    A round of the timed mode prints its seed to stderr, so that it can be repeated.
    """

    def decorate(check: Callable[..., None]) -> Callable[[], None]:
        def target() -> None:
            until = time.monotonic() + SECONDS
            while True:
                property_ = settings(
                    max_examples=examples,
                    deadline=None,
                    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
                )(given(*strategies)(check))
                if SECONDS:
                    seed = random.SystemRandom().randrange(2**32)
                    print(f"{check.__name__}: seed {seed}", file=sys.stderr)  # noqa: T201 - repeats a failure
                    hypothesis.seed(seed)(property_)
                property_()
                if time.monotonic() >= until:
                    return

        # Not functools.wraps: pytest would read the parameters of `check` as fixtures.
        target.__name__ = check.__name__
        target.__module__ = check.__module__
        target.__doc__ = check.__doc__
        return target

    return decorate


def assert_bounded_cost(
    parse: Callable[[Input], object], make: Callable[[int], Input], largest: int
) -> None:
    """Assert that CPU time and memory grow about linearly up to the largest accepted input.

    Args:
        parse: Must handle its typed errors.
        make: Returns an input of about the given size.
        largest: Size of the largest input that the studio reads.
    """
    small, large = make(largest // GROWTH), make(largest)
    parse(small)  # Imports and caches are not part of the cost.
    after = _cpu_seconds(parse, large)
    if after > NEGLIGIBLE_SECONDS:
        before = _cpu_seconds(parse, small)
        if after > MAX_GROWTH * before:  # Measure again: other processes disturb the caches.
            before = max(_cpu_seconds(parse, small) for _ in range(3))
            after = min(_cpu_seconds(parse, large) for _ in range(2))
        assert after <= MAX_GROWTH * before, (before, after)
    peak = _peak_memory(parse, large)
    assert peak <= MAX_MEMORY_PER_BYTE * len(large) + SPARE_MEMORY, peak


def repeat(
    unit: Input, begin: Input | None = None, end: Input | None = None
) -> Callable[[int], Input]:
    """Return a function that repeats `unit` up to a size, between `begin` and `end`."""
    empty = unit[:0]
    return lambda size: (begin or empty) + unit * (size // len(unit)) + (end or empty)


@contextmanager
def no_bug_logged() -> Iterator[None]:
    """Fail if the studio logs an unexpected exception, which hosts mask."""
    handler = _Collector(logging.ERROR)
    logger = logging.getLogger("genai_studio.failure_log")
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
    assert handler.messages == []


class _Collector(logging.Handler):
    def __init__(self, level: int) -> None:
        super().__init__(level)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


def _cpu_seconds(parse: Callable[[Input], object], value: Input) -> float:
    start = time.thread_time()
    parse(value)
    return time.thread_time() - start


def _peak_memory(parse: Callable[[Input], object], value: Input) -> int:
    tracemalloc.start()
    try:
        parse(value)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
