"""Items of idempotency keys, stored longer than any client retries a submit."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from genai_studio.aws.records.generations import seconds
from genai_studio.aws.records.table import Item, idempotency_key
from genai_studio.domain.errors import IdempotencyConflict
from genai_studio.domain.idempotency import IdempotencyKey
from genai_studio.domain.identity import Owner

RETENTION = timedelta(days=8)
"""The contract is 7 days. The extra day covers clock differences."""


def put_key(
    owner: Owner, key: IdempotencyKey, generation_id: str, now: datetime
) -> dict[str, dict[str, Any]]:
    """Return the transaction part that stores a key if it is new or expired.

    The condition checks the expiry, because DynamoDB's TTL deletes items days late.
    """
    return {
        "Put": {
            "Item": {
                **idempotency_key(owner, key.client_request_id),
                "fingerprint": {"S": key.fingerprint},
                "id": {"S": generation_id},
                "expiresAt": {"N": seconds(now + RETENTION)},
            },
            "ConditionExpression": "attribute_not_exists(pk) OR expiresAt <= :now",
            "ExpressionAttributeValues": {":now": {"N": seconds(now)}},
        }
    }


def is_expired(stored: Item | None, now: datetime) -> bool:
    """Return whether a key is missing or expired, so that it may be used again."""
    return stored is None or int(stored["expiresAt"]["N"]) <= int(seconds(now))


def generation_id_of(stored: Item, key: IdempotencyKey) -> str:
    """Return the ID of the generation that a stored key belongs to.

    Raises:
        IdempotencyConflict: The stored key has another fingerprint.
    """
    if not key.matches(stored["fingerprint"]["S"]):
        raise IdempotencyConflict()
    return str(stored["id"]["S"])
