"""Counts of open WebSockets and of their operations per user."""

from __future__ import annotations

from collections import Counter

from genai_studio.domain.identity import Owner


class ConnectionCounts:
    """Limit the open connections, or the operations, of each user. Not thread-safe.

    Args:
        limit: Connections or operations per user.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._open: Counter[Owner] = Counter()

    def acquire(self, owner: Owner) -> bool:
        """Count a connection. Returns False, without counting it, at the limit."""
        if self._open[owner] >= self._limit:
            return False
        self._open[owner] += 1
        return True

    def release(self, owner: Owner) -> None:
        """Stop counting a connection."""
        self._open[owner] -= 1
        if self._open[owner] <= 0:
            del self._open[owner]
