"""Convert generations to DynamoDB items and back.

An item holds the document and copies of the attributes that conditions, filters
and indexes need.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from genai_studio.aws.records.table import (
    Item,
    due_partition,
    favorites_of,
    generation_key,
    trash_of,
)
from genai_studio.domain import document
from genai_studio.domain.generation import Generation

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_item(generation: Generation) -> Item:
    """Return the item of a generation.

    The pipe to the queue filters by `status` and `notBefore`, and sends `pk` and
    `id` to the queue. `write` is a random token that identifies this write, so
    that a retry can recognize it.
    """
    item: Item = {
        **generation_key(generation.owner, generation.id),
        "id": {"S": generation.id},
        "version": {"N": str(generation.version)},
        "status": {"S": str(generation.status)},
        "model": {"S": generation.request.model},
        "favorite": {"BOOL": generation.favorite},
        "trashed": {"BOOL": generation.trashed_at is not None},
        "document": {"S": document.encode(generation).decode()},
        "write": {"S": uuid.uuid4().hex},
    }
    if generation.boards:
        # DynamoDB rejects empty sets.
        item["boards"] = {"SS": list(generation.boards)}
    if generation.trashed_at is not None:
        item["list"] = {"S": trash_of(generation.owner)}
    elif generation.favorite:
        item["list"] = {"S": favorites_of(generation.owner)}
    if generation.not_before is not None:
        item["notBefore"] = {"N": milliseconds(generation.not_before)}
    if generation.due_at is not None:
        item["due"] = {"S": due_partition(generation.id)}
        item["dueAt"] = {"N": milliseconds(generation.due_at)}
    return item


def from_item(item: Item) -> Generation:
    """Return the generation of an item.

    Raises:
        UnreadableDocument: The document is damaged, or a newer release wrote it.
    """
    return document.decode(_document(item))


def boards_of(item: Item) -> tuple[str, ...]:
    """Return the boards in an item, in any order, without its document."""
    return tuple(item.get("boards", {}).get("SS", ()))


def from_items(items: Iterable[Item]) -> list[Generation]:
    """Return the generations of items. Skips unreadable documents."""
    return document.decode_readable(_document(item) for item in items)


def milliseconds(time: datetime) -> str:
    """Return a time as Unix milliseconds, in DynamoDB's text form of numbers."""
    return str((time - _EPOCH) // timedelta(milliseconds=1))


def seconds(time: datetime) -> str:
    """Return a time as Unix seconds, the unit of DynamoDB's TTL."""
    return str((time - _EPOCH) // timedelta(seconds=1))


def _document(item: Item) -> str:
    return str(item.get("document", {}).get("S", ""))
