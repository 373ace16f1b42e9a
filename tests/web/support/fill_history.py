"""Add many copies of each user's newest record to a data directory.

The studio may be running; SQLite supports the second writer.
"""

from __future__ import annotations

import asyncio
import sys
from dataclasses import replace
from pathlib import Path
from sqlite3 import Connection

from genai_studio.domain import document
from genai_studio.domain.ids import new_id
from genai_studio.local.records import generations
from genai_studio.local.records.database import Database
from genai_studio.local.records.migrate import migrations
from genai_studio.local.records.store import FILE


def fill(connection: Connection, count: int) -> None:
    """Insert copies of each owner's newest record."""
    rows = connection.execute(
        "SELECT owner, document FROM generations WHERE (owner, id) IN"
        " (SELECT owner, max(id) FROM generations GROUP BY owner)"
    ).fetchall()
    for owner, stored in rows:
        template = document.decode(stored)
        for _ in range(count):
            copy = replace(template, id=new_id(), client_request_id=new_id())
            generations.insert(connection, owner, copy)


async def main(data_dir: Path, count: int) -> None:
    """Open the database and add the copies."""
    database = Database(data_dir / FILE, migrations())
    try:
        await database.write(lambda connection: fill(connection, count))
    finally:
        database.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
