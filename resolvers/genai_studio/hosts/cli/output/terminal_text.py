"""Make text of users and servers safe for a terminal."""

from __future__ import annotations

import re

# C0 and C1 controls, line separators, and characters that change the text direction.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
_UNSAFE_IN_JSON = re.compile(
    "[\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


def escape_controls(text: str) -> str:
    """Replace control characters by visible escapes in Python's notation.

    A terminal would execute escape sequences in a prompt, for example to set its
    title or to overwrite earlier lines.
    """
    return _UNSAFE.sub(_escape, text)


def escape_json(text: str) -> str:
    """Replace the control characters that `json.dumps` leaves in strings by JSON escapes."""
    return _UNSAFE_IN_JSON.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}"
