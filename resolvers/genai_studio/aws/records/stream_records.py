"""Parse DynamoDB Streams records, as delivered by Lambda or by the Streams API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from genai_studio.aws.records.generations import boards_of, from_item
from genai_studio.aws.records.table import GENERATION, TOMBSTONE, id_of
from genai_studio.domain.generation import Generation, GenerationRef, Status
from genai_studio.domain.identity import Owner
from genai_studio.ports import Change


@dataclass(frozen=True, slots=True)
class StoredChange:
    """A change of a generation, together with the record.

    Attributes:
        change: The change, without the record.
        generation: The record after the change. For a purge, the record before it.
        created: Whether this change created the record.
        finished: Whether this change moved the generation to a final status.
        boards_before: The boards that it was on before this change.
    """

    change: Change
    generation: Generation
    created: bool
    finished: bool
    boards_before: frozenset[str]


def parse(record: Mapping[str, Any], position: str) -> StoredChange | None:
    """Parse a stream record. Returns None if its item is not a generation.

    Args:
        position: Value for `Change.position`.

    Raises:
        UnreadableDocument: The document is damaged, or a newer release wrote it.
    """
    change = parse_change(record, position)
    if change is None:
        return None
    content, purged = record["dynamodb"], change.purged
    generation = from_item(content["OldImage" if purged else "NewImage"])
    finished = not purged and generation.status.final and not _was_final(content)
    boards_before = frozenset(boards_of(content.get("OldImage", {})))
    created = record["eventName"] == "INSERT"
    return StoredChange(change, generation, created, finished, boards_before)


def parse_change(record: Mapping[str, Any], position: str) -> Change | None:
    """Parse a stream record of a generation without its document, which may be unreadable."""
    return _parse_change(record, position, GENERATION)


def parse_expired_tombstone(record: Mapping[str, Any], position: str) -> Change | None:
    """Parse the end of a tombstone as another purge of its generation; None for other records."""
    change = _parse_change(record, position, TOMBSTONE)
    return change if change is not None and change.purged else None


def _parse_change(record: Mapping[str, Any], position: str, prefix: str) -> Change | None:
    content = record["dynamodb"]
    key = content["Keys"]
    if not key["sk"]["S"].startswith(prefix):
        return None
    purged = record["eventName"] == "REMOVE"
    version = content["OldImage" if purged else "NewImage"]["version"]["N"]
    ref = GenerationRef(Owner(key["pk"]["S"]), id_of(key))
    return Change(position, ref, int(version), purged)


def _was_final(content: Mapping[str, Any]) -> bool:
    before = content.get("OldImage")
    return before is not None and Status(before["status"]["S"]).final
