"""Items of generations: the document, and copies of what is asked about it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from genai_studio.aws.records.table import DUE, Item, favorites_of, generation_key, trash_of
from genai_studio.domain import document
from genai_studio.domain.generation import Generation

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_item(generation: Generation) -> Item:
    """The whole item of a generation.

    `status` and `notBefore` are what the pipe to the queue filters by, `id`
    what it tells the queue beside `pk`; `write` tells this write from any
    other that would store the same.
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
    if generation.trashed_at is not None:
        item["list"] = {"S": trash_of(generation.owner)}
    elif generation.favorite:
        item["list"] = {"S": favorites_of(generation.owner)}
    if generation.not_before is not None:
        item["notBefore"] = {"N": milliseconds(generation.not_before)}
    if generation.due_at is not None:
        item["due"] = {"S": DUE}
        item["dueAt"] = {"N": milliseconds(generation.due_at)}
    return item


def from_item(item: Item) -> Generation:
    """The generation that `to_item` stored.

    Raises:
        UnreadableDocument: A newer release stored it, or it is damaged.
    """
    return document.decode(_document(item))


def from_items(items: Iterable[Item]) -> list[Generation]:
    """The generations of those items that can be read."""
    return document.decode_readable(_document(item) for item in items)


def milliseconds(time: datetime) -> str:
    """Unix milliseconds, as DynamoDB wants its numbers."""
    return str((time - _EPOCH) // timedelta(milliseconds=1))


def seconds(time: datetime) -> str:
    """Unix seconds, as DynamoDB's TTL wants them."""
    return str((time - _EPOCH) // timedelta(seconds=1))


def _document(item: Item) -> str:
    return str(item.get("document", {}).get("S", ""))
