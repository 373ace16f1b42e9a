"""Encode a generation as the JSON document that both stores keep.

The `schema` number identifies the format. A new field that earlier releases can
ignore keeps the number, and `decode` supplies its value for older documents. A
change that earlier releases cannot read needs a new number.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import msgspec

from genai_studio.domain.errors import StudioError
from genai_studio.domain.generation import Generation

_log = logging.getLogger(__name__)

SCHEMA = 1

_encoder = msgspec.json.Encoder()


@dataclass(frozen=True, slots=True)
class _Document:
    """A document in the format of this release."""

    schema: int
    generation: Generation


_decoder = msgspec.json.Decoder(_Document)


class UnreadableDocument(StudioError):
    """The document is corrupt or was written by a newer release."""


def encode(generation: Generation) -> bytes:
    """Encode as compact UTF-8 JSON. Times are RFC 3339."""
    return _encoder.encode({"schema": SCHEMA, "generation": generation})


def decode(document: bytes | str) -> Generation:
    """Decode a document written by this or an earlier release.

    Raises:
        UnreadableDocument: The document is corrupt or its schema is unknown.
    """
    try:
        current = _decoder.decode(document)
        if current.schema == SCHEMA:
            return current.generation
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        pass  # an older document, a newer one, or a corrupt one
    try:
        content: Any = msgspec.json.decode(document)
        if content["schema"] != SCHEMA:
            raise UnreadableDocument(f"Unknown document schema {content['schema']!r}.")
        fields = content["generation"]
        # Releases before `claimed_at` stored only the time of the first claim.
        fields.setdefault("claimed_at", fields["started_at"])
        return msgspec.convert(fields, Generation)
    except (
        *(msgspec.MsgspecError, UnicodeError, RecursionError),
        *(KeyError, TypeError, AttributeError),
    ) as error:
        raise UnreadableDocument("A stored generation cannot be decoded.") from error


def decode_readable(documents: Iterable[bytes | str]) -> list[Generation]:
    """Decode documents, skipping unreadable ones, so that one does not hide the others."""
    found: list[Generation] = []
    unreadable = 0
    for document in documents:
        try:
            found.append(decode(document))
        except UnreadableDocument:
            unreadable += 1
    if unreadable:
        _log.error("Skipped %d stored generations that cannot be decoded.", unreadable)
    return found
