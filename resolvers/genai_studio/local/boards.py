"""`ports.BoardStore` in the SQLite file of the records."""

from __future__ import annotations

from sqlite3 import Connection

from genai_studio.domain.boards import board_list
from genai_studio.domain.boards.board_list import BoardList
from genai_studio.domain.errors import VersionConflict
from genai_studio.domain.identity import Owner
from genai_studio.local.records.columns import ensure_owner_number, find_owner_number
from genai_studio.local.records.database import Database


class LocalBoards:
    """The boards of all users of a data directory."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(self, owner: Owner) -> BoardList:
        """See `BoardStore.read`."""

        def work(connection: Connection) -> BoardList:
            number = find_owner_number(connection, owner)
            row = connection.execute(
                "SELECT version, document FROM boards WHERE owner = ?", (number,)
            ).fetchone()
            return BoardList() if row is None else board_list.decode(row[0], row[1])

        return await self._database.read(work, user=owner)

    async def save(self, owner: Owner, before: BoardList, after: BoardList) -> None:
        """See `BoardStore.save`."""
        if after.version != before.version + 1:
            raise ValueError("`after` must be the next version of `before`.")
        document = board_list.encode(after)

        def work(connection: Connection) -> None:
            number = ensure_owner_number(connection, owner)
            if before.version == 0:
                cursor = connection.execute(
                    "INSERT INTO boards (owner, version, document) VALUES (?, ?, ?)"
                    " ON CONFLICT DO NOTHING",
                    (number, after.version, document),
                )
            else:
                cursor = connection.execute(
                    "UPDATE boards SET version = ?, document = ? WHERE owner = ? AND version = ?",
                    (after.version, document, number, before.version),
                )
            if cursor.rowcount != 1:
                raise VersionConflict("The boards have changed since they were read.")

        await self._database.write(work, user=owner)
