"""Validate object keys, so that a key always names a file inside the image directory."""

from __future__ import annotations

import re

CONTENT_TYPES = {".png": "image/png", ".webp": "image/webp", ".jpg": "image/jpeg"}
"""Content type by suffix of the key. Keys with other suffixes are invalid."""

_SEGMENT = r"[A-Za-z0-9_-](?:[A-Za-z0-9_.-]{0,126}[A-Za-z0-9_-])?"
_KEY = re.compile(rf"{_SEGMENT}(?:/{_SEGMENT}){{1,7}}")


class InvalidKey(ValueError):
    """The key is malformed; it might address a file outside the image directory."""


def checked_key(key: str) -> str:
    """Return the key if it is valid.

    Each segment begins and ends with a letter, a digit, “_” or “-”. This rules
    out “..”, hidden files, drive letters and names that Windows would change.

    Raises:
        InvalidKey: The key is malformed or has an unknown suffix.
    """
    if _KEY.fullmatch(key) is None or _suffix(key) not in CONTENT_TYPES:
        raise InvalidKey("Not a valid image key.")
    return key


def checked_prefix(prefix: str) -> str:
    """Return the prefix if it consists of whole key segments and ends in “/”.

    Raises:
        InvalidKey: The prefix is malformed.
    """
    if re.fullmatch(rf"(?:{_SEGMENT}/){{1,7}}", prefix) is None:
        raise InvalidKey("Not a valid key prefix.")
    return prefix


def content_type(key: str) -> str:
    """Return the content type of the object with this key."""
    return CONTENT_TYPES[_suffix(checked_key(key))]


def _suffix(key: str) -> str:
    """Return the suffix of a key's last segment, with its dot. `PurePosixPath` is slow."""
    _, dot, suffix = key.rpartition("/")[2].rpartition(".")
    return dot + suffix
