"""The board store port: one list of boards for each user."""

from __future__ import annotations

from typing import Protocol

from genai_studio.domain.boards.board_list import BoardList
from genai_studio.domain.identity import Owner


class BoardStore(Protocol):
    """Store of the boards of all users. Which generations are on a board is in `Records`."""

    async def read(self, owner: Owner) -> BoardList:
        """Read the boards of a user with strong consistency. Empty if nothing is stored.

        Raises:
            UnreadableBoards: The stored list is corrupt or was written by a newer release.
        """

    async def save(self, owner: Owner, before: BoardList, after: BoardList) -> None:
        """Replace the boards of a user if `before.version` is still the stored version.

        `after.version` must be `before.version + 1`.

        Raises:
            VersionConflict: Another version is stored.
        """
