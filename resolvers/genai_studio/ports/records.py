"""The record store port: generations, idempotency keys and quota counters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from genai_studio.domain.generation import Generation, GenerationRef
from genai_studio.domain.history import HistoryPage, HistoryQuery
from genai_studio.domain.idempotency import IdempotencyKey
from genai_studio.domain.identity import Owner
from genai_studio.domain.quota import QuotaLimits


@dataclass(frozen=True, slots=True)
class Submitted:
    """Result of `Records.submit`.

    Attributes:
        generation: The new generation, or the one already stored under the key.
        replayed: True if the generation was already stored.
    """

    generation: Generation
    replayed: bool


class Records(Protocol):
    """Store of generations, their idempotency keys and their quota counters."""

    async def submit(
        self, generation: Generation, key: IdempotencyKey, limits: QuotaLimits
    ) -> Submitted:
        """Store a new generation, its key and its counts in one transaction.

        Keys are kept for at least 7 days, including keys of purged generations.
        A replay of a purged generation raises `NotFound`.

        Raises:
            IdempotencyConflict: The key was used with another fingerprint.
            QuotaExceeded: Adding `quota_held` images would exceed a limit.
            TooManyUnfinished: The owner has `limits.unfinished` unfinished generations.
        """

    async def submitted(
        self, owner: Owner, key: IdempotencyKey, now: datetime
    ) -> Generation | None:
        """Return the generation stored under a key. None if the key is new or expired.

        Raises:
            IdempotencyConflict: The key was used with another fingerprint.
            NotFound: The generation was purged.
        """

    async def get(self, owner: Owner, generation_id: str) -> Generation | None:
        """Read one generation with strong consistency. None if the owner has none with this ID."""

    async def save(self, before: Generation, after: Generation) -> None:
        """Replace `before` with `after` if `before` is still the stored version.

        `after.version` must be `before.version + 1`. The same transaction
        lowers the quota counters of `quota_day` by the decrease in `quota_held`.

        Raises:
            VersionConflict: Another version is stored, or the record was purged.
        """

    async def purge(self, generation: Generation) -> None:
        """Delete the record if its version is still the stored one.

        The reader of the change feed deletes its images.

        Raises:
            VersionConflict: Another version is stored, or the record was purged.
        """

    async def page(self, owner: Owner, query: HistoryQuery) -> HistoryPage:
        """Read one page of history, newest first.

        Reads are strongly consistent unless the query needs the search index or
        a sparse index. The cost does not depend on the number of records.
        """

    async def due(self, now: datetime, limit: int) -> Sequence[GenerationRef]:
        """List unfinished generations of all owners with `due_at <= now`, oldest first.

        Only the sweeper may call this.
        """

    async def quota_used(self, owner: Owner, day: str) -> int:
        """Return the number of images counted for the owner on this day."""

    async def count_upload(self, owner: Owner, day: str, size: int, limit: int) -> bool:
        """Add to the bytes of uploads that are counted for the owner on this day.

        Atomic: the sum never exceeds the limit.

        Returns:
            False, and counts nothing, if the sum would exceed the limit.
        """

    async def queue_position(self, generation: Generation) -> int | None:
        """Return the 1-based position of a QUEUED generation in the queue.

        None if it is not QUEUED or the store cannot determine the position.
        """
