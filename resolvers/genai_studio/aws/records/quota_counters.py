"""Items of daily quota counters: one per user, and one for the whole studio.

Every submit writes the studio's counter, even without a studio limit. A limit that
is set later in the day then counts the images of the whole day. One item supports
about 500 transactions per second, far more than the rate of submits.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from genai_studio.aws.records.generations import seconds
from genai_studio.aws.records.table import STUDIO_OWNER, Item, quota_key
from genai_studio.domain.errors import QuotaExceeded
from genai_studio.domain.identity import Owner
from genai_studio.domain.quota import QuotaLimits

RETENTION = timedelta(days=40)
"""Longer than any generation can stay unfinished and still release quota."""


def reserve(
    owner: Owner, day: str, images: int, limits: QuotaLimits
) -> list[dict[str, dict[str, Any]]]:
    """Return the transaction parts that add images to both counters of a day.

    Each part is conditional on its limit: first the user's counter, then the studio's.
    """
    return [
        _add(owner, day, images, limits.user),
        _add(STUDIO_OWNER, day, images, limits.studio),
    ]


def release(owner: Owner, day: str, images: int) -> list[dict[str, dict[str, Any]]]:
    """Return the transaction parts that subtract images from both counters of a day."""
    return [_add(owner, day, -images, None), _add(STUDIO_OWNER, day, -images, None)]


def used(counter: Item | None) -> int:
    """Return the number of images on a counter. A missing counter counts as 0."""
    # Negative only if quota is released after the counter has expired.
    return max(int(counter["used"]["N"]), 0) if counter else 0


def exceeded(limits: QuotaLimits, of_user: Item | None, of_studio: Item | None) -> QuotaExceeded:
    """Return the error for a failed reservation.

    Args:
        of_user: The user's counter if its condition failed, otherwise None.
        of_studio: The studio's counter if its condition failed, otherwise None.
    """
    if of_user is not None and limits.user is not None:
        return QuotaExceeded(limits.user, limits.user - used(of_user))
    limit = limits.studio or 0
    return QuotaExceeded(limit, limit - used(of_studio), whole_studio=True)


def _add(owner: Owner, day: str, images: int, limit: int | None) -> dict[str, dict[str, Any]]:
    expires_at = datetime.fromisoformat(day).replace(tzinfo=UTC) + RETENTION
    update: dict[str, Any] = {
        "Key": quota_key(owner, day),
        "UpdateExpression": "SET expiresAt = :expiresAt ADD #used :images",
        "ExpressionAttributeNames": {"#used": "used"},
        "ExpressionAttributeValues": {
            ":images": {"N": str(images)},
            ":expiresAt": {"N": seconds(expires_at)},
        },
    }
    if limit is not None:
        within_limit = "#used <= :max"
        update["ConditionExpression"] = (
            within_limit if images > limit else f"attribute_not_exists(#used) OR {within_limit}"
        )
        update["ExpressionAttributeValues"][":max"] = {"N": str(limit - images)}
    return {"Update": update}
