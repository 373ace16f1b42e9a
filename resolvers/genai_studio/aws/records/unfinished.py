"""The unfinished generations of a user, as a set of IDs in one item.

A set, not a counter: adding and removing an ID can be repeated, so the set holds exactly
the unfinished generations whose submit wrote it. Generations of a release without the
item are not in it, and their end changes nothing.

Every submit and every end of a generation writes the item, in the transaction that
writes the record. With 100 IDs it has 4 kB.
"""

from __future__ import annotations

from typing import Any

from genai_studio.aws.records.table import Item, unfinished_key
from genai_studio.domain.generation import Generation


def add(generation: Generation, limit: int | None) -> dict[str, dict[str, Any]]:
    """Return the transaction part that adds a generation if fewer than `limit` are in the set."""
    update = _update("ADD", generation)
    if limit is not None:
        update["ConditionExpression"] = "attribute_not_exists(ids) OR size(ids) < :limit"
        update["ExpressionAttributeValues"][":limit"] = {"N": str(limit)}
    return {"Update": update}


def remove(generation: Generation) -> dict[str, dict[str, Any]]:
    """Return the transaction part that removes a generation."""
    return {"Update": _update("DELETE", generation)}


def ids_in(item: Item | None) -> list[str]:
    """Return the IDs of the item, newest first."""
    return sorted(item["ids"]["SS"], reverse=True) if item and "ids" in item else []


def _update(action: str, generation: Generation) -> dict[str, Any]:
    return {
        "Key": unfinished_key(generation.owner),
        "UpdateExpression": f"{action} ids :id",
        "ExpressionAttributeValues": {":id": {"SS": [generation.id]}},
    }
