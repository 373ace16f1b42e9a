"""What DynamoDB Streams tells, as a publisher's event source and as its API give it alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from genai_studio.aws.records.generations import from_item
from genai_studio.aws.records.table import GENERATION, id_of
from genai_studio.domain.generation import Generation, GenerationRef, Status
from genai_studio.domain.identity import Owner
from genai_studio.ports import Change


@dataclass(frozen=True, slots=True)
class StoredChange:
    """A change of a generation, with the record itself.

    Attributes:
        change: What happened.
        generation: As it is after the change; of a purge, as it was.
        created: Whether it was not there before.
        finished: Whether this change ended it.
    """

    change: Change
    generation: Generation
    created: bool
    finished: bool


def parse(record: Mapping[str, Any], position: str) -> StoredChange | None:
    """The change that a stream record tells; None when it is no generation's.

    Args:
        position: For `Change.position`.

    Raises:
        UnreadableDocument: A newer release stored it, or it is damaged.
    """
    change = parse_change(record, position)
    if change is None:
        return None
    content, purged = record["dynamodb"], change.purged
    generation = from_item(content["OldImage" if purged else "NewImage"])
    finished = not purged and generation.status.final and not _was_final(content)
    return StoredChange(change, generation, record["eventName"] == "INSERT", finished)


def parse_change(record: Mapping[str, Any], position: str) -> Change | None:
    """The same without the record itself, which needs not be readable."""
    content = record["dynamodb"]
    key = content["Keys"]
    if not key["sk"]["S"].startswith(GENERATION):
        return None
    purged = record["eventName"] == "REMOVE"
    version = content["OldImage" if purged else "NewImage"]["version"]["N"]
    ref = GenerationRef(Owner(key["pk"]["S"]), id_of(key))
    return Change(position, ref, int(version), purged)


def _was_final(content: Mapping[str, Any]) -> bool:
    before = content.get("OldImage")
    return before is not None and Status(before["status"]["S"]).final
