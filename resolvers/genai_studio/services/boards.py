"""Create, rename and delete the boards of a user."""

from __future__ import annotations

from collections.abc import Callable

from genai_studio.domain.boards import board_list
from genai_studio.domain.boards.board import Board, clean_name
from genai_studio.domain.boards.board_list import BoardList
from genai_studio.domain.errors import VersionConflict
from genai_studio.domain.identity import Caller
from genai_studio.domain.ids import new_id
from genai_studio.ports import BoardStore, Clock

MAX_CONFLICTS = 50
"""Maximum number of retries. More conflicts indicate a fault in the store."""


class Boards:
    """The boards of the caller. `History.set_board` puts generations on them."""

    def __init__(self, store: BoardStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def find_all(self, caller: Caller) -> tuple[Board, ...]:
        """Return the boards of the caller, by name."""
        return (await self._store.read(caller.owner)).by_name()

    async def create(self, caller: Caller, name: str) -> Board:
        """Create a board.

        Raises:
            InvalidInput: The name is empty, too long, or has control characters.
            Refused: The name is taken (`NAME_TAKEN`), or the caller has as many boards as
                allowed (`TOO_MANY_BOARDS`).
        """
        board = Board(new_id(), clean_name(name), self._clock.now())
        await self._change(caller, lambda boards: board_list.add(boards, board))
        return board

    async def rename(self, caller: Caller, board_id: str, name: str) -> Board:
        """Rename a board, and return it.

        Raises:
            InvalidInput: The name is empty, too long, or has control characters.
            NotFound: The caller has no such board.
            Refused: The name is taken (`NAME_TAKEN`).
        """
        cleaned = clean_name(name)
        changed = await self._change(
            caller, lambda boards: board_list.rename(boards, board_id, cleaned)
        )
        return changed.get(board_id)

    async def delete(self, caller: Caller, board_id: str) -> None:
        """Delete a board. Its generations keep its ID until `History.set_board` changes them.

        Raises:
            NotFound: The caller has no such board.
        """
        await self._change(caller, lambda boards: board_list.remove(boards, board_id))

    async def _change(self, caller: Caller, step: Callable[[BoardList], BoardList]) -> BoardList:
        """Apply a step to the stored list, and return the list as it is stored now."""
        for _ in range(MAX_CONFLICTS):
            before = await self._store.read(caller.owner)
            after = step(before)
            if after is before:
                return before
            try:
                await self._store.save(caller.owner, before, after)
            except VersionConflict:
                continue
            return after
        raise VersionConflict(
            f"The boards changed during each of {MAX_CONFLICTS} attempts to save them."
        )
