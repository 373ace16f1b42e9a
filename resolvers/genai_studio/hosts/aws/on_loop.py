"""Run the coroutine of a Lambda handler on one event loop for all calls."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any, TypeVar

Event = TypeVar("Event")
Result = TypeVar("Result")


def on_loop(
    loop: asyncio.AbstractEventLoop, work: Callable[[Event, Any], Coroutine[Any, Any, Result]]
) -> Callable[[Event, Any], Result]:
    """Create a Lambda handler from a coroutine function. Call it once, at cold start.

    Args:
        loop: Runs every call. Adapters keep state between calls (limiters,
            pending fetches) that is bound to one loop.
        work: Receives Lambda's event and context.
    """

    def handle(event: Event, context: Any) -> Result:  # noqa: ANN401 - Lambda's own class
        return loop.run_until_complete(work(event, context))

    return handle


def time_left(context: Any) -> timedelta:  # noqa: ANN401 - Lambda's own class
    """Return the time until Lambda stops the call."""
    return timedelta(milliseconds=context.get_remaining_time_in_millis())
