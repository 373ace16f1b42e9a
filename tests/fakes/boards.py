"""In-memory `ports.BoardStore`, tested by the same contract suite."""

from __future__ import annotations

import asyncio

from genai_studio.domain.boards.board import Board
from genai_studio.domain.boards.board_list import BoardList
from genai_studio.domain.errors import VersionConflict
from genai_studio.domain.identity import Owner
from genai_studio.ports import BoardStore


class FakeBoards(BoardStore):
    """Yields to the event loop once per call, then runs atomically."""

    def __init__(self) -> None:
        self._stored: dict[Owner, BoardList] = {}

    def stored(self, owner: Owner, *boards: Board) -> None:
        """Store the boards of a user in place of others."""
        self._stored[owner] = BoardList(1, boards)

    async def read(self, owner: Owner) -> BoardList:
        await asyncio.sleep(0)
        return self._stored.get(owner, BoardList())

    async def save(self, owner: Owner, before: BoardList, after: BoardList) -> None:
        if after.version != before.version + 1:
            raise ValueError("`after` must be the next version of `before`.")
        await asyncio.sleep(0)
        if self._stored.get(owner, BoardList()).version != before.version:
            raise VersionConflict("The boards have changed since they were read.")
        self._stored[owner] = after
