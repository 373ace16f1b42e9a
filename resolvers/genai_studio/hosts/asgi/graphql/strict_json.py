"""JSON from strangers."""

from __future__ import annotations

import json
from typing import NoReturn


def parse_json(text: str) -> object:
    """Any JSON value, strictly.

    Raises:
        ValueError: It is no JSON, nests too deeply, or holds a number of
            thousands of digits.
    """
    try:
        return json.loads(text, parse_constant=_no_constant)
    except RecursionError:
        raise ValueError("It is nested too deeply.") from None


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON.")
