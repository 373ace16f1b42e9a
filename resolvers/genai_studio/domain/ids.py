"""IDs: UUIDv7 (RFC 9562), whose text form sorts by creation time."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

import uuid_utils

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def new_id() -> str:
    """Return a new ID, greater than all previous IDs of this process."""
    return str(uuid_utils.uuid7())


def new_id_at(now: datetime) -> str:
    """Return a new ID that contains the given time, with a precision of one millisecond."""
    return str(uuid_utils.uuid7(nanoseconds=(now - _EPOCH) // timedelta(milliseconds=1) * 10**6))


def is_id(text: str) -> bool:
    """Return whether `text` has the format of an ID from `new_id`."""
    return _UUID.fullmatch(text) is not None


def id_time(id_: str) -> datetime:
    """Return the time in an ID, with a precision of one millisecond.

    Args:
        id_: Must satisfy `is_id`. A forged ID can contain a time up to the year 10889.

    Raises:
        OverflowError: The time is after the year 9999.
    """
    return _EPOCH + timedelta(milliseconds=UUID(id_).int >> 80)
