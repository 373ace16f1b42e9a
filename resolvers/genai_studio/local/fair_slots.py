"""A fair queue for a few slots: users take turns, and none holds all of them."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Hashable
from contextlib import AbstractAsyncContextManager


class FairSlots:
    """Slots for the work of several users, on one event loop.

    The users who wait take turns, however many requests each of them has. While one
    user waits with many requests, another user's request waits for one slot only.

    Args:
        total: Slots.
        per_user: Slots that one user may hold.
    """

    def __init__(self, total: int, per_user: int) -> None:
        self._free = total
        self._per_user = per_user
        self._held: Counter[Hashable] = Counter()
        # In the order of their turns; users without a waiting request are not in it.
        self._waiting: dict[Hashable, deque[asyncio.Future[None]]] = {}

    def slot(self, user: Hashable) -> AbstractAsyncContextManager[None]:
        """Hold a slot until the block ends; first wait for it."""
        return _Slot(self, user)

    async def acquire(self, user: Hashable) -> None:
        """Wait for a slot, and hold it until `release`."""
        if self._free and not self._waiting and self._held[user] < self._per_user:
            self._hold(user)
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(user, deque()).append(turn)
        self._assign()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.release(user)
            else:
                self._withdraw(user, turn)
            raise

    def release(self, user: Hashable) -> None:
        """Give a slot back."""
        self._held[user] -= 1
        if not self._held[user]:
            del self._held[user]
        self._free += 1
        if self._waiting:
            self._assign()

    def _assign(self) -> None:
        """Give free slots to the users whose turn it is."""
        while self._free:
            users = (each for each in self._waiting if self._held[each] < self._per_user)
            try:
                user = next(users)
            except StopIteration:
                return
            turns = self._waiting.pop(user)
            turns.popleft().set_result(None)
            if turns:
                self._waiting[user] = turns  # at the end of the order
            self._hold(user)

    def _hold(self, user: Hashable) -> None:
        self._held[user] += 1
        self._free -= 1

    def _withdraw(self, user: Hashable, turn: asyncio.Future[None]) -> None:
        turns = self._waiting[user]
        turns.remove(turn)
        if not turns:
            del self._waiting[user]


class _Slot(AbstractAsyncContextManager[None]):
    """A slot for one block. Not a generator, which is slower: each request holds several slots."""

    __slots__ = ("_slots", "_user")

    def __init__(self, slots: FairSlots, user: Hashable) -> None:
        self._slots = slots
        self._user = user

    async def __aenter__(self) -> None:
        await self._slots.acquire(self._user)

    async def __aexit__(self, *_: object) -> None:
        self._slots.release(self._user)
