"""The keys of submits, remembered longer than any client tries again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from genai_studio.aws.records.generations import seconds
from genai_studio.aws.records.table import Item, idempotency_key
from genai_studio.domain.errors import IdempotencyConflict
from genai_studio.domain.idempotency import IdempotencyKey
from genai_studio.domain.identity import Owner

KEPT = timedelta(days=8)
"""At least 7 days, whatever the clocks of clients and studio differ by."""


def remember(
    owner: Owner, key: IdempotencyKey, generation_id: str, now: datetime
) -> dict[str, dict[str, Any]]:
    """The part of a transaction that stores a key, if it is new or forgotten.

    DynamoDB's TTL deletes days late, so its time is a condition too.
    """
    return {
        "Put": {
            "Item": {
                **idempotency_key(owner, key.client_request_id),
                "fingerprint": {"S": key.fingerprint},
                "id": {"S": generation_id},
                "expiresAt": {"N": seconds(now + KEPT)},
            },
            "ConditionExpression": "attribute_not_exists(pk) OR expiresAt <= :now",
            "ExpressionAttributeValues": {":now": {"N": seconds(now)}},
        }
    }


def is_forgotten(stored: Item | None, now: datetime) -> bool:
    """Whether a key may be used anew."""
    return stored is None or int(stored["expiresAt"]["N"]) <= int(seconds(now))


def used_for(stored: Item, key: IdempotencyKey) -> str:
    """Id of the generation that a stored key was used for.

    Raises:
        IdempotencyConflict: It was used with another fingerprint.
    """
    if stored["fingerprint"]["S"] != key.fingerprint:
        raise IdempotencyConflict()
    return str(stored["id"]["S"])
