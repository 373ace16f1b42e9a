"""Items of daily counters: images per user and of the whole studio, and uploads per user.

Every submit writes a counter of the studio, even without a studio limit. A limit that
is set later in the day then counts the images of the whole day. `StudioQuota` chooses
the counter.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from genai_studio.aws.records.generations import seconds
from genai_studio.aws.records.studio_quota import Draw
from genai_studio.aws.records.table import Item, quota_key, studio_quota_shards, uploads_key
from genai_studio.domain.errors import QuotaExceeded
from genai_studio.domain.identity import Owner

RETENTION = timedelta(days=40)
"""Longer than any generation can stay unfinished and still release quota."""


def reserve(
    owner: Owner, day: str, images: int, limit: int | None, studio: Sequence[Draw]
) -> list[dict[str, dict[str, Any]]]:
    """Return the transaction parts that add images to the counters of a day.

    Each part is conditional on its limit: first the user's counter, then the studio's.

    Args:
        limit: The user's limit.
        studio: The studio's counters.
    """
    return [
        _add(quota_key(owner, day), day, images, limit),
        *(_add(one.key, day, one.images, one.limit) for one in studio),
    ]


def release(owner: Owner, day: str, images: int) -> list[dict[str, dict[str, Any]]]:
    """Return the transaction parts that subtract images from both counts of a day."""
    shard = random.choice(studio_quota_shards(day))  # noqa: S311 - not a secret
    return [
        _add(quota_key(owner, day), day, -images, None),
        _add(shard, day, -images, None),
    ]


def count_upload(owner: Owner, day: str, size: int, limit: int) -> dict[str, dict[str, Any]]:
    """Return the transaction part that adds bytes to the counter of a user's uploads."""
    return _add(uploads_key(owner, day), day, size, limit)


def used(counter: Item | None) -> int:
    """Return the number of images on a user's counter. A missing counter counts as 0."""
    # Negative only if quota is released after the counter has expired.
    return max(int(counter["used"]["N"]), 0) if counter else 0


def exceeded(limit: int, counter: Item) -> QuotaExceeded:
    """Return the error for a user's counter whose condition failed."""
    return QuotaExceeded(limit, limit - used(counter))


def _add(key: Item, day: str, added: int, limit: int | None) -> dict[str, dict[str, Any]]:
    expires_at = datetime.fromisoformat(day).replace(tzinfo=UTC) + RETENTION
    update: dict[str, Any] = {
        "Key": key,
        "UpdateExpression": "SET expiresAt = :expiresAt ADD #used :added",
        "ExpressionAttributeNames": {"#used": "used"},
        "ExpressionAttributeValues": {
            ":added": {"N": str(added)},
            ":expiresAt": {"N": seconds(expires_at)},
        },
    }
    if limit is not None:
        within_limit = "#used <= :max"
        update["ConditionExpression"] = (
            within_limit if added > limit else f"attribute_not_exists(#used) OR {within_limit}"
        )
        update["ExpressionAttributeValues"][":max"] = {"N": str(limit - added)}
    return {"Update": update}
