"""Ids of generations: UUIDv7 (RFC 9562), whose text sorts by time of making."""

from __future__ import annotations

import re

import uuid_utils

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def new_id() -> str:
    """A fresh id, greater than every id this process made before."""
    return str(uuid_utils.uuid7())


def is_id(text: str) -> bool:
    """Whether `text` has the form of an id made by `new_id`."""
    return _UUID.fullmatch(text) is not None
