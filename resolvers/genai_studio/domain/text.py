"""What counts as text: it can be stored and sent as UTF-8."""

from __future__ import annotations

NOT_TEXT = "It holds a character that is not text."


def is_text(text: str) -> bool:
    """Whether no surrogate stands in it, half a character that JSON lets through."""
    return not any("\ud800" <= character <= "\udfff" for character in text)
