"""The change feed port: stored changes in order, for readers that poll."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from genai_studio.domain.generation import GenerationRef


@dataclass(frozen=True, slots=True)
class Change:
    """One stored change of a generation.

    Attributes:
        position: Opaque position. Pass it to `ChangeFeed.changes` to resume after it.
        ref: The changed generation.
        version: The version after the change. For a purge, the last stored version.
        purged: True if the record was deleted.
    """

    position: str
    ref: GenerationRef
    version: int
    purged: bool


class ChangeFeed(Protocol):
    """The stored changes of all owners.

    Lambda delivers DynamoDB's change stream itself, so only the studio on one
    machine reads this port.
    """

    async def changes(self, after: str | None, limit: int) -> Sequence[Change]:
        """Read up to `limit` changes after a position, in order per generation.

        Args:
            after: None starts at the oldest change that is still kept.
            limit: Maximum number of changes.
        """
