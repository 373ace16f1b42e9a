"""Strict parsing of untrusted JSON."""

from __future__ import annotations

import json
from typing import NoReturn


def parse_json(text: str) -> object:
    """Parse a JSON value; reject `NaN` and `Infinity`, which Python's parser accepts.

    Raises:
        ValueError: The text is not JSON, nests too deeply, or contains a number
            with thousands of digits.
    """
    try:
        return _DECODER.decode(text)
    except RecursionError:
        raise ValueError("The JSON is nested too deeply.") from None


def _reject_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON.")


_DECODER = json.JSONDecoder(parse_constant=_reject_constant)
