"""Images that count against a day: one item for each person, one for everybody.

The studio's counter is written by every submit, whether or not there is a
limit: one that is set later in the day then knows what was made before. One
item takes about 500 transactions a second, far more than images are made.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from genai_studio.aws.records.generations import seconds
from genai_studio.aws.records.table import EVERYBODY, Item, quota_key
from genai_studio.domain.errors import QuotaExceeded
from genai_studio.domain.identity import Owner
from genai_studio.domain.quota import QuotaLimits

KEPT = timedelta(days=40)
"""Long after the last generation that could give anything back has ended."""


def take(
    owner: Owner, day: str, images: int, limits: QuotaLimits
) -> list[dict[str, dict[str, Any]]]:
    """The parts of a transaction that put images on both counters of a day,
    each on the condition that its limit allows it: the person's, then everybody's.
    """
    return [
        _add(owner, day, images, limits.user),
        _add(EVERYBODY, day, images, limits.studio),
    ]


def give_back(owner: Owner, day: str, images: int) -> list[dict[str, dict[str, Any]]]:
    """The parts of a transaction that take images off both counters of a day."""
    return [_add(owner, day, -images, None), _add(EVERYBODY, day, -images, None)]


def used(counter: Item | None) -> int:
    """Images on a counter; nobody has used anything before it is there."""
    # Below nothing only when a day's counter was forgotten before it was given back to.
    return max(int(counter["used"]["N"]), 0) if counter else 0


def exceeded(
    limits: QuotaLimits, of_person: Item | None, of_everybody: Item | None
) -> QuotaExceeded:
    """What to say when a counter's condition did not hold; None for one whose did."""
    if of_person is not None and limits.user is not None:
        return QuotaExceeded(limits.user, limits.user - used(of_person))
    limit = limits.studio or 0
    return QuotaExceeded(limit, limit - used(of_everybody), whole_studio=True)


def _add(owner: Owner, day: str, images: int, limit: int | None) -> dict[str, dict[str, Any]]:
    forgotten = datetime.fromisoformat(day).replace(tzinfo=UTC) + KEPT
    update: dict[str, Any] = {
        "Key": quota_key(owner, day),
        "UpdateExpression": "SET expiresAt = :forgotten ADD #used :images",
        "ExpressionAttributeNames": {"#used": "used"},
        "ExpressionAttributeValues": {
            ":images": {"N": str(images)},
            ":forgotten": {"N": seconds(forgotten)},
        },
    }
    if limit is not None:
        fits = "#used <= :most"
        update["ConditionExpression"] = (
            fits if images > limit else f"attribute_not_exists(#used) OR {fits}"
        )
        update["ExpressionAttributeValues"][":most"] = {"N": str(limit - images)}
    return {"Update": update}
