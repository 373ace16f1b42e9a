"""`ports.Records` with one SQLite file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from sqlite3 import Connection
from typing import TypeVar

from genai_studio.domain.errors import (
    NotFound,
    StudioUnavailable,
    TooManyUnfinished,
    VersionConflict,
)
from genai_studio.domain.generation import Generation, GenerationRef, Status
from genai_studio.domain.history import HistoryPage, HistoryQuery
from genai_studio.domain.idempotency import IdempotencyKey
from genai_studio.domain.identity import Owner
from genai_studio.domain.ids import is_id
from genai_studio.domain.quota import QuotaLimits
from genai_studio.local.data_dir import IMAGES, RESTORE
from genai_studio.local.directory_lock import LOCK_FILE, DirectoryLock
from genai_studio.local.queue import fair_order
from genai_studio.local.records import (
    change_feed,
    generations,
    history,
    idempotency_keys,
    quota_counters,
)
from genai_studio.local.records.change_signal import ChangeSignal
from genai_studio.local.records.columns import (
    ensure_owner_number,
    find_owner_number,
    from_blob,
    to_milliseconds,
)
from genai_studio.local.records.database import Database
from genai_studio.local.records.migrate import migrations
from genai_studio.local.records.reindex import reindex
from genai_studio.ports import Change, Submitted

FILE = "records.sqlite3"

T = TypeVar("T")


MAX_OWNER_NUMBERS = 10_000
"""Cached numbers of owners."""


class LocalRecords:
    """Generations, idempotency keys, quota counters and change feed of a data directory.

    Attributes:
        changed: Notified after every stored change, so that the queue and the
            relay need not poll.
        database: The SQLite file, for adapters that run their own queries.
    """

    def __init__(self, database: Database, lock: DirectoryLock) -> None:
        self.changed = ChangeSignal()
        self.database = database
        self._lock = lock
        self._owner_numbers: dict[Owner, int] = {}

    @classmethod
    def open(cls, data_dir: Path) -> LocalRecords:
        """Open or create the records of a data directory, and acquire its lock.

        Raises:
            StudioUnavailable: Another studio uses the directory, the directory
                cannot be created or written, the records are damaged or missing, or a
                newer release wrote them.
        """
        directory = data_dir.resolve()
        try:
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise StudioUnavailable(
                f"The data directory {directory} cannot be created: {error.strerror}."
            ) from error
        lock = DirectoryLock.acquire(directory)
        try:
            _check_present(directory)
            lock_file = directory / LOCK_FILE
            database = Database(directory / FILE, migrations(), reindex, companions=(lock_file,))
            return cls(database, lock)
        except BaseException:
            lock.release()
            raise

    def close(self) -> None:
        """Finish pending work and release the directory lock. Safe to call more than once."""
        self.database.close()
        self._lock.release()

    async def fault(self) -> str | None:
        """Return why nothing can be stored until the next start; None if all is well."""
        return await self.database.fault()

    async def submit(
        self, generation: Generation, key: IdempotencyKey, limits: QuotaLimits
    ) -> Submitted:
        """See `Records.submit`."""

        def work(connection: Connection) -> Submitted:
            owner = ensure_owner_number(connection, generation.owner)
            earlier_id = idempotency_keys.find_key(connection, owner, key)
            if earlier_id is not None:
                return Submitted(_existing(connection, owner, earlier_id), replayed=True)
            _check_unfinished(connection, owner, limits)
            quota_counters.take(
                connection, owner, generation.quota_day, generation.quota_held, limits
            )
            idempotency_keys.insert_key(
                connection, owner, key, generation.id, generation.created_at
            )
            generations.insert(connection, owner, generation)
            change_feed.append(connection, owner, generation)
            return Submitted(generation, replayed=False)

        return await self._change(work, generation.owner)

    async def submitted(
        self, owner: Owner, key: IdempotencyKey, now: datetime
    ) -> Generation | None:
        """See `Records.submitted`."""

        def work(connection: Connection, number: int) -> Generation | None:
            earlier_id = idempotency_keys.find_key(connection, number, key)
            return None if earlier_id is None else _existing(connection, number, earlier_id)

        return await self._read_own(owner, work, None)

    async def get(self, owner: Owner, generation_id: str) -> Generation | None:
        """See `Records.get`."""
        if not is_id(generation_id):
            return None

        def work(connection: Connection, number: int) -> Generation | None:
            return generations.find(connection, number, generation_id)

        return await self._read_own(owner, work, None, one_snapshot=False)

    async def save(self, before: Generation, after: Generation) -> None:
        """See `Records.save`."""
        if after.ref != before.ref or after.version != before.version + 1:
            raise ValueError("`after` must be the next version of `before`.")

        def work(connection: Connection) -> None:
            owner = find_owner_number(connection, before.owner)
            if owner is None or not generations.replace(connection, owner, before, after):
                raise VersionConflict("The record has changed since it was read.")
            returned = before.quota_held - after.quota_held
            if returned:
                quota_counters.give_back(connection, owner, before.quota_day, returned)
            if after.status is Status.RUNNING and after.fence > before.fence:
                fair_order.move_to_back(connection, owner)
            change_feed.append(connection, owner, after)

        await self._change(work, before.owner)

    async def purge(self, generation: Generation) -> None:
        """See `Records.purge`. Also overwrites the prompt on disk."""

        def work(connection: Connection) -> None:
            owner = find_owner_number(connection, generation.owner)
            if owner is None or not generations.delete(connection, owner, generation):
                raise VersionConflict("The record has changed since it was read.")
            change_feed.append(connection, owner, generation, purged=True)

        await self._change(work, generation.owner, scrub=True)

    async def page(self, owner: Owner, query: HistoryQuery) -> HistoryPage:
        """See `Records.page`."""

        def work(connection: Connection, number: int) -> HistoryPage:
            return history.page(connection, number, query)

        return await self._read_own(owner, work, HistoryPage((), None, has_next=False))

    async def due(self, now: datetime, limit: int) -> Sequence[GenerationRef]:
        """See `Records.due`."""

        def work(connection: Connection) -> Sequence[GenerationRef]:
            rows = connection.execute(
                "SELECT o.owner, g.id FROM generations g INDEXED BY due"
                " CROSS JOIN owners o ON o.number = g.owner"
                " WHERE g.due_at <= ? ORDER BY g.due_at LIMIT ?",
                (to_milliseconds(now), limit),
            )
            return tuple(GenerationRef(Owner(owner), from_blob(blob)) for owner, blob in rows)

        return await self.database.read(work)

    async def quota_used(self, owner: Owner, day: str) -> int:
        """See `Records.quota_used`."""

        def work(connection: Connection, number: int) -> int:
            return quota_counters.used(connection, number, day)

        return await self._read_own(owner, work, 0)

    async def count_upload(self, owner: Owner, day: str, size: int, limit: int) -> bool:
        """See `Records.count_upload`."""

        def work(connection: Connection) -> bool:
            number = ensure_owner_number(connection, owner)
            return quota_counters.count_upload(connection, number, day, size, limit)

        return await self.database.write(work, user=owner)

    async def queue_position(self, generation: Generation) -> int | None:
        """See `Records.queue_position`. The queue is round-robin over users."""
        if generation.status is not Status.QUEUED:
            return None

        def work(connection: Connection, number: int) -> int | None:
            return fair_order.position(connection, number, generation.id)

        return await self._read_own(generation.owner, work, None)

    async def changes(self, after: str | None, limit: int) -> Sequence[Change]:
        """See `ChangeFeed.changes`; a position is a whole number in decimal."""
        return await self.database.read(
            lambda connection: change_feed.after(connection, after, limit)
        )

    async def purged(self) -> Sequence[GenerationRef]:
        """Return the recently purged generations."""
        return await self.database.read(change_feed.purged)

    async def position(self, reader: str) -> str | None:
        """Return the stored position of a change feed reader, or None."""
        return await self.database.read(
            lambda connection: change_feed.position_of(connection, reader)
        )

    async def set_position(self, reader: str, position: str) -> None:
        """Store the position of a reader, so that it resumes there after a crash.

        Changes that a reader has not read are never deleted.
        """
        await self.database.write(
            lambda connection: change_feed.set_position(connection, reader, position)
        )

    async def _change(
        self, work: Callable[[Connection], T], owner: Owner, *, scrub: bool = False
    ) -> T:
        return await self.database.write(
            work, committed=self.changed.notify, scrub=scrub, user=owner
        )

    async def _read_own(
        self,
        owner: Owner,
        work: Callable[[Connection, int], T],
        nothing: T,
        *,
        one_snapshot: bool = True,
    ) -> T:
        """Run `work` with the owner's number; return `nothing` if the owner has none."""

        def run(connection: Connection) -> T:
            number = self._owner_numbers.get(owner)
            if number is None:
                number = find_owner_number(connection, owner)
                if number is None:
                    return nothing
                # A number never changes, and a read sees committed numbers only.
                if len(self._owner_numbers) < MAX_OWNER_NUMBERS:
                    self._owner_numbers[owner] = number
            return work(connection, number)

        return await self.database.read(run, user=owner, one_snapshot=one_snapshot)


def _check_unfinished(connection: Connection, owner: int, limits: QuotaLimits) -> None:
    """Raise `TooManyUnfinished` if the owner may not have another unfinished generation."""
    if limits.unfinished is None:
        return
    if generations.count_unfinished(connection, owner) >= limits.unfinished:
        raise TooManyUnfinished(limits.unfinished)


def _check_present(directory: Path) -> None:
    """Raise `StudioUnavailable` if the database is missing but its other files exist."""
    if _size(directory / FILE):
        return
    log = _size(directory / f"{FILE}-wal")
    if log or any(path.is_file() for path in (directory / IMAGES).rglob("*")):
        raise StudioUnavailable(
            f"{directory / FILE} is missing or empty, but there are images or changes that belong "
            f"to it. Restore a backup, or start with an empty directory. {RESTORE}"
        )


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _existing(connection: Connection, owner: int, generation_id: str) -> Generation:
    """Return the generation that an idempotency key created."""
    generation = generations.find(connection, owner, generation_id)
    if generation is None:
        raise NotFound(("input", "clientRequestId"))
    return generation
