"""Opaque cursors: a generation ID in URL-safe base64, so that clients do not depend on it."""

from __future__ import annotations

import base64
import binascii

from genai_studio.domain.errors import ErrorCode, InvalidInput, Problem
from genai_studio.domain.ids import is_id
from genai_studio.domain.validation import MAX_NAME_CHARACTERS


def encode_cursor(generation_id: str) -> str:
    """Return the cursor of a generation."""
    return base64.urlsafe_b64encode(generation_id.encode()).decode()


def decode_cursor(cursor: str) -> str:
    """Return the generation ID in a cursor.

    Raises:
        InvalidInput: The cursor was not made by `encode_cursor`.
    """
    try:
        if len(cursor) > MAX_NAME_CHARACTERS:
            raise ValueError
        generation_id = base64.b64decode(cursor, altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, UnicodeError, ValueError):
        generation_id = ""
    if not is_id(generation_id):
        message = "Invalid cursor. Pass a cursor from `pageInfo` or from an edge of this list."
        raise InvalidInput(Problem(ErrorCode.INVALID_INPUT, message, ("after",)))
    return generation_id
