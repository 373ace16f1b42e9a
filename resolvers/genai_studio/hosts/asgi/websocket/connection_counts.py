"""How many WebSockets each person holds open."""

from __future__ import annotations

from collections import Counter

from genai_studio.domain.identity import Owner


class ConnectionCounts:
    """A cap for each person; used from one event loop."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._open: Counter[Owner] = Counter()

    def take(self, owner: Owner) -> bool:
        """Count one more, unless that would be too many."""
        if self._open[owner] >= self._most:
            return False
        self._open[owner] += 1
        return True

    def give_back(self, owner: Owner) -> None:
        """Count one less."""
        self._open[owner] -= 1
        if self._open[owner] <= 0:
            del self._open[owner]
