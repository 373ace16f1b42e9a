"""Generation IDs: UUIDv7 (RFC 9562), whose text form sorts by creation time."""

from __future__ import annotations

import re

import uuid_utils

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def new_id() -> str:
    """Return a new ID, greater than all previous IDs of this process."""
    return str(uuid_utils.uuid7())


def is_id(text: str) -> bool:
    """Return whether `text` has the format of an ID from `new_id`."""
    return _UUID.fullmatch(text) is not None
