"""What makes two submits the same submit."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass

from genai_studio.domain.request import ImageRequestInput


@dataclass(frozen=True, slots=True)
class IdempotencyKey:
    """A submit's key within its owner.

    Attributes:
        client_request_id: Chosen by the client, or by the server without one.
        fingerprint: Of the request as it came, before defaults and seed are
            filled in; the same key with another fingerprint is a conflict.
    """

    client_request_id: str
    fingerprint: str


def fingerprint(requested: ImageRequestInput) -> str:
    """SHA-256 (hex) over the request as canonical JSON."""
    canonical = json.dumps(asdict(requested), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
