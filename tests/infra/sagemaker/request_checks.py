"""Checks of API requests that botocore's models define and botocore does not perform."""

from __future__ import annotations

import re
from typing import Any

from botocore.model import Shape


def check_request(value: Any, shape: Shape | None, path: str) -> None:
    """Assert that a value matches its shape's ranges, lengths, enumerations and patterns.

    Args:
        value: The value, already validated by botocore.
        shape: The shape in botocore's model, or None if the operation has no input.
        path: Path of the value, for messages.
    """
    if shape is None:
        return
    if shape.type_name == "structure":
        for name, member in value.items():
            check_request(member, shape.members[name], f"{path}.{name}")  # type: ignore[attr-defined] # of a StructureShape
    elif shape.type_name == "list":
        _check_length(value, shape, path)
        for member in value:
            check_request(member, shape.member, path)  # type: ignore[attr-defined] # of a ListShape
    elif shape.type_name == "map":
        _check_length(value, shape, path)
    elif shape.type_name == "string":
        _check_length(value, shape, path)
        _check_text(value, shape, path)
    elif shape.type_name in ("integer", "long", "float", "double"):
        low, high = shape.metadata.get("min"), shape.metadata.get("max")
        assert low is None or value >= low, f"{path}: {value} is less than {low}"
        assert high is None or value <= high, f"{path}: {value} is more than {high}"


def _check_length(value: Any, shape: Shape, path: str) -> None:
    longest = shape.metadata.get("max")
    assert longest is None or len(value) <= longest, f"{path}: longer than {longest}"


def _check_text(value: str, shape: Shape, path: str) -> None:
    known = shape.metadata.get("enum")
    assert not known or value in known, f"{path}: {value} is not one of {known}"
    pattern = shape.metadata.get("pattern", "")
    # Some patterns use Java's syntax for character classes and surrogates.
    if pattern and not re.search(r"\\p\{|\\u", pattern):
        assert re.fullmatch(pattern, value), f"{path}: {value} does not match {pattern}"
