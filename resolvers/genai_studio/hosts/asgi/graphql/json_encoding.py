"""Fast encoding of responses as JSON."""

from __future__ import annotations

import json

import msgspec

_encoder = msgspec.json.Encoder()


def encode_json(value: object) -> bytes:
    """Return compact JSON in UTF-8.

    The standard library encodes what msgspec rejects, such as unpaired surrogates.
    """
    try:
        return _encoder.encode(value)
    except (TypeError, ValueError, RecursionError):
        return json.dumps(value, separators=(",", ":")).encode()
