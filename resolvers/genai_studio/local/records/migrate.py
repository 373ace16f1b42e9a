"""Migrate the database to this release's schema in numbered steps."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import resources

from genai_studio.domain.errors import StudioUnavailable

_FILE = re.compile(r"(\d{4})_\w+\.sql")


@dataclass(frozen=True, slots=True)
class Migration:
    """One migration step.

    Attributes:
        version: `user_version` of the database after this step; the first is 1.
        script: SQL statements.
    """

    version: int
    script: str


def migrations() -> tuple[Migration, ...]:
    """Return all steps of this release, oldest first, from the `migrations` folder."""
    folder = resources.files("genai_studio.local.records") / "migrations"
    found = ((_FILE.fullmatch(file.name), file) for file in folder.iterdir())
    steps = [Migration(int(name[1]), file.read_text("utf-8")) for name, file in found if name]
    return tuple(sorted(steps, key=lambda step: step.version))


def migrate(connection: sqlite3.Connection, steps: Sequence[Migration]) -> None:
    """Run the steps that are new to this database in one transaction.

    Args:
        connection: Connection in autocommit mode.
        steps: All steps of this release, oldest first.

    Raises:
        StudioUnavailable: A newer release wrote this database.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        (current,) = connection.execute("PRAGMA user_version").fetchone()
        newest = max((step.version for step in steps), default=0)
        if current > newest:
            raise StudioUnavailable(
                "The records were written by a newer release of genai-studio (schema version "
                f"{current}; this release supports up to {newest}). Use that release."
            )
        for step in steps:
            if step.version > current:
                for statement in _statements(step.script):
                    connection.execute(statement)
                # PRAGMA accepts no parameters; the number comes from a file name.
                connection.execute(f"PRAGMA user_version = {step.version:d}")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _statements(script: str) -> Iterator[str]:
    """Split the script; `executescript` would commit the transaction first."""
    statement = ""
    for piece in script.split(";")[:-1]:
        statement += f"{piece};"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
