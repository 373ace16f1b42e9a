"""Idempotency keys of submits."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass

from genai_studio.domain.request import ImageRequestInput

ANY_FINGERPRINT = "*"
"""Matches all stored fingerprints. Only for `Records.submitted`, if the input is not known."""


@dataclass(frozen=True, slots=True)
class IdempotencyKey:
    """The key of a submit, unique per owner.

    Attributes:
        client_request_id: Chosen by the client, otherwise by the server.
        fingerprint: Hash of the input before defaults and seed are applied. The
            same key with another fingerprint is a conflict.
    """

    client_request_id: str
    fingerprint: str

    def matches(self, stored: str) -> bool:
        """Return whether a stored fingerprint belongs to this key."""
        return self.fingerprint in (stored, ANY_FINGERPRINT)


def fingerprint(requested: ImageRequestInput) -> str:
    """Return the SHA-256 (hex) of the input as canonical JSON."""
    canonical = json.dumps(asdict(requested), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
