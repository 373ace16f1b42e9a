"""Work that several subscriptions need, done once for all of them."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Hashable
from typing import Any, TypeVar

Value = TypeVar("Value")

MAX_KEPT = 256


class SharedWork:
    """Keep the latest values, on one event loop.

    A change is pushed to all sockets of its owner at about the same time, and most of them
    want the same fields. The first one reads and converts the record for all.

    Args:
        max_kept: Values to keep. The oldest one is dropped first.
    """

    def __init__(self, max_kept: int = MAX_KEPT) -> None:
        self._max_kept = max_kept
        self._tasks: OrderedDict[Hashable, tuple[object, asyncio.Task[Any]]] = OrderedDict()

    async def once(
        self,
        subject: object,
        purpose: Hashable,
        work: Callable[[], Coroutine[Any, Any, Value]],
    ) -> Value:
        """Return what `work` returns, from another call with this subject and purpose if possible.

        Args:
            subject: The object that the work is about. Equal ones are different subjects.
            purpose: What else determines the value.
            work: Runs in a task of its own, so it ends even if this caller is canceled.

        Raises:
            Exception: What `work` raises, for every caller.
        """
        key = (id(subject), purpose)
        kept = self._tasks.get(key)
        if kept is None:
            task = asyncio.create_task(work())
            task.add_done_callback(_retrieve_exception)
            # The subject is kept, so that no other object gets its ID.
            self._tasks[key] = (subject, task)
            if len(self._tasks) > self._max_kept:
                self._tasks.popitem(last=False)
        else:
            task = kept[1]
        return await asyncio.shield(task)


def _retrieve_exception(task: asyncio.Task[Any]) -> None:
    """Prevent asyncio's warning if every caller was canceled."""
    if not task.cancelled():
        task.exception()
