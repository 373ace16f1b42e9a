"""Opaque cursors: a record's id in URL-safe base64, so that nobody builds on its form."""

from __future__ import annotations

import base64
import binascii

from genai_studio.domain.errors import ErrorCode, InvalidInput, Problem
from genai_studio.domain.ids import is_id


def encode_cursor(generation_id: str) -> str:
    """The cursor that stands behind this record."""
    return base64.urlsafe_b64encode(generation_id.encode()).decode()


def decode_cursor(cursor: str) -> str:
    """The id that `encode_cursor` hid.

    Raises:
        InvalidInput: It is no cursor of ours.
    """
    try:
        generation_id = base64.b64decode(cursor, altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, UnicodeError, ValueError):
        generation_id = ""
    if not is_id(generation_id):
        problem = "This is no cursor of this list. Take one from pageInfo or an edge."
        raise InvalidInput(Problem(ErrorCode.INVALID_INPUT, problem, ("after",)))
    return generation_id
