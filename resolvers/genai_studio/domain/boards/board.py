"""A board, and the rules for its name."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime

from genai_studio.domain.errors import ErrorCode, InvalidInput, Problem
from genai_studio.domain.validation import NOT_TEXT, is_blank, is_text
from genai_studio.normalization import nfkc

MAX_NAME_CHARACTERS = 60
"""Maximum length of a name after `clean_name`, in characters."""

_CONTROL_CATEGORIES = frozenset({"Cc", "Zl", "Zp"})
_NAME_RULE = f"`name` must have 1 to {MAX_NAME_CHARACTERS} characters"


@dataclass(frozen=True, slots=True)
class Board:
    """A named collection of generations.

    Attributes:
        id: UUIDv7. It is never used again, so a generation may keep it after a deletion.
        name: As `clean_name` returned it.
    """

    id: str
    name: str
    created_at: datetime


def clean_name(name: str) -> str:
    """Return a name in Unicode form NFKC, without white space at its ends.

    Raises:
        InvalidInput: It is empty, invisible or too long, or has control characters.
    """
    if not is_text(name):
        raise _invalid(f"`name` {NOT_TEXT}")
    cleaned = nfkc(name).strip()
    if is_blank(cleaned):
        raise _invalid(f"{_NAME_RULE}, and at least one of them must be visible.")
    if len(cleaned) > MAX_NAME_CHARACTERS:
        raise _invalid(f"{_NAME_RULE}, has {len(cleaned)}.")
    if any(unicodedata.category(character) in _CONTROL_CATEGORIES for character in cleaned):
        raise _invalid("`name` must not contain control characters, such as line breaks.")
    return cleaned


def name_key(name: str) -> str:
    """Return the same text for all names that count as equal: case does not matter.

    Args:
        name: As `clean_name` returned it.
    """
    return nfkc(nfkc(name.casefold()).casefold())


def _invalid(message: str) -> InvalidInput:
    return InvalidInput(Problem(ErrorCode.INVALID_INPUT, message, ("name",)))
