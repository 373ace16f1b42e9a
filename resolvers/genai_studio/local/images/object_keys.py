"""Which object keys there can be: nothing that a file system reads as anything but names."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

CONTENT_TYPES = {".png": "image/png", ".webp": "image/webp", ".jpg": "image/jpeg"}
"""By the ending of the key; there are no other objects."""

_SEGMENT = r"[A-Za-z0-9_-](?:[A-Za-z0-9_.-]{0,126}[A-Za-z0-9_-])?"
_KEY = re.compile(rf"{_SEGMENT}(?:/{_SEGMENT}){{1,7}}")


class InvalidKey(ValueError):
    """Not a key of ours: it may try to leave the directory of images."""


def checked_key(key: str) -> str:
    """The key itself, if it can name an object.

    Segments begin and end with a letter, digit, “_” or “-”: so there is no
    “..”, no hidden file, no drive, and nothing that Windows would rename.

    Raises:
        InvalidKey: It cannot.
    """
    if _KEY.fullmatch(key) is None or PurePosixPath(key).suffix not in CONTENT_TYPES:
        raise InvalidKey("This is no key of an image.")
    return key


def checked_prefix(prefix: str) -> str:
    """The prefix itself, if it ends in “/” and could begin a key.

    Raises:
        InvalidKey: It could not.
    """
    if re.fullmatch(rf"(?:{_SEGMENT}/){{1,7}}", prefix) is None:
        raise InvalidKey("This is no prefix of keys.")
    return prefix


def content_type(key: str) -> str:
    """The media type of what lies under a key."""
    return CONTENT_TYPES[PurePosixPath(checked_key(key)).suffix]
