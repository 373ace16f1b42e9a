"""A generation as the JSON document that both stores keep.

The document carries its own `schema` number, so that a later release can read
what an earlier one wrote.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

import msgspec

from genai_studio.domain.errors import StudioError
from genai_studio.domain.generation import Generation

_log = logging.getLogger(__name__)

SCHEMA = 1

_encoder = msgspec.json.Encoder()


class UnreadableDocument(StudioError):
    """The document was written by a newer release, or is damaged."""


def encode(generation: Generation) -> bytes:
    """The document, as compact UTF-8 JSON; times are RFC 3339."""
    return _encoder.encode({"schema": SCHEMA, "generation": generation})


def decode(document: bytes | str) -> Generation:
    """The generation that `encode` wrote.

    Raises:
        UnreadableDocument: It is damaged, or of a schema this release does not know.
    """
    try:
        content: Any = msgspec.json.decode(document)
        if content["schema"] != SCHEMA:
            raise UnreadableDocument(f"Unknown document schema {content['schema']!r}.")
        return msgspec.convert(content["generation"], Generation)
    except (msgspec.MsgspecError, KeyError, TypeError) as error:
        raise UnreadableDocument("A stored generation cannot be read.") from error


def decode_readable(documents: Iterable[bytes | str]) -> list[Generation]:
    """Those of many that can be read, so that one that is damaged hides no other."""
    found: list[Generation] = []
    unreadable = 0
    for document in documents:
        try:
            found.append(decode(document))
        except UnreadableDocument:
            unreadable += 1
    if unreadable:
        _log.error("%d stored generations cannot be read and are left out.", unreadable)
    return found
