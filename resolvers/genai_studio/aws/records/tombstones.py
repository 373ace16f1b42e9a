"""Items that outlive a purged generation until no worker can store another of its images.

A worker may store an image after the publisher has deleted those of a purged generation,
and may be killed before it deletes its own. The purge of a generation that was ever claimed
therefore stores a tombstone in the same transaction. DynamoDB's TTL deletes it, and
that change makes the publisher delete the images again.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from genai_studio.aws.records.generations import seconds
from genai_studio.aws.records.table import tombstone_key
from genai_studio.domain.generation import Generation
from genai_studio.domain.state_machine import DEADLINE

RETENTION = DEADLINE + timedelta(minutes=30)
"""From the last claim. Longer than any attempt and its redelivered notifications take."""


def put(generation: Generation) -> list[dict[str, dict[str, Any]]]:
    """Return the transaction part that stores a tombstone; empty if it was never claimed."""
    if generation.claimed_at is None:
        return []
    item = {
        **tombstone_key(generation.owner, generation.id),
        "version": {"N": str(generation.version)},
        "expiresAt": {"N": seconds(generation.claimed_at + RETENTION)},
    }
    return [{"Put": {"Item": item}}]
