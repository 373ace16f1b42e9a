"""Idempotency keys of submits."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass

from genai_studio.domain.editing.operation import Operation
from genai_studio.domain.request import ImageRequestInput

_EDIT_FIELDS = frozenset(
    {
        "operation",
        "source_image_id",
        "source_upload_id",
        "mask_upload_id",
        "strength",
        "mask_feather",
        "outpaint",
        "upscale_factor",
    }
)

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
    """Return the SHA-256 (hex) of the input as canonical JSON.

    Omitted fields of an edit are left out, so that the fingerprint of a request without
    an edit is the one that earlier releases stored.
    """
    fields = asdict(requested)
    if fields["operation"] == Operation.TEXT_TO_IMAGE:
        fields["operation"] = None
    given = {
        name: value
        for name, value in fields.items()
        if value is not None or name not in _EDIT_FIELDS
    }
    canonical = json.dumps(given, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
