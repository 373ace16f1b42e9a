"""Bring the database to the form this release knows, one numbered step at a time."""

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
    """One step.

    Attributes:
        version: The database's `user_version` after it; 1 is the first.
        script: SQL statements.
    """

    version: int
    script: str


def migrations() -> tuple[Migration, ...]:
    """Every step this release has, oldest first: the files beside this one."""
    folder = resources.files("genai_studio.local.records") / "migrations"
    found = ((_FILE.fullmatch(file.name), file) for file in folder.iterdir())
    steps = [Migration(int(name[1]), file.read_text("utf-8")) for name, file in found if name]
    return tuple(sorted(steps, key=lambda step: step.version))


def migrate(connection: sqlite3.Connection, steps: Sequence[Migration]) -> None:
    """Run the steps that this database has not seen, all in one transaction.

    Args:
        connection: In autocommit mode.

    Raises:
        StudioUnavailable: A newer release wrote this database.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        (current,) = connection.execute("PRAGMA user_version").fetchone()
        newest = max((step.version for step in steps), default=0)
        if current > newest:
            raise StudioUnavailable(
                "The records were written by a newer release of genai-studio "
                f"(form {current}, this one knows {newest}). Use that release."
            )
        for step in steps:
            if step.version > current:
                for statement in _statements(step.script):
                    connection.execute(statement)
                # A pragma takes no parameter; the number comes from a file's name.
                connection.execute(f"PRAGMA user_version = {step.version:d}")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _statements(script: str) -> Iterator[str]:
    """The script's statements; `executescript` would commit between them."""
    statement = ""
    for piece in script.split(";")[:-1]:
        statement += f"{piece};"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
