"""Strategies for hostile inputs: mutations of valid ones, and JSON of any shape."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

HOSTILE_TEXTS = (
    "",
    "\0",
    "\ud800",
    "\u0301" * 50,
    "\u202e",
    "９",
    "-0",
    "1e400",
    "9" * 30,
    "../../etc/passwd",
    "a" * 2000,
    "${jndi}",
    "' OR 1=1 --",
)
"""Texts that parsers often mishandle."""

TEXTS = st.text(max_size=30) | st.sampled_from(HOSTILE_TEXTS)

NUMBERS = (
    st.integers()
    | st.sampled_from([0, -1, 2**31, 2**53, 2**63, 2**64, -(2**63) - 1, 10**40])
    | st.floats(allow_nan=False, allow_infinity=False)
)

JSON_VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=8,
)


@st.composite
def mutated_bytes(draw: st.DrawFn, valid: tuple[bytes, ...]) -> bytes:
    """Change some bytes of a valid input: replace, insert, delete, repeat or truncate."""
    data = bytearray(draw(st.sampled_from(valid)))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        end = min(len(data), at + draw(st.sampled_from([1, 2, 4, 16, 200])))
        match draw(st.sampled_from(["replace", "insert", "delete", "repeat", "truncate"])):
            case "replace":
                data[at:end] = draw(st.binary(min_size=end - at, max_size=end - at))
            case "insert":
                data[at:at] = draw(st.binary(max_size=16))
            case "delete":
                del data[at:end]
            case "repeat":
                data[at:at] = data[at:end] * draw(st.integers(1, 3))
            case _:
                del data[at:]
    return bytes(data)


def mutated_text(*valid: str) -> st.SearchStrategy[str]:
    """Change some bytes of a valid text; bytes that are not UTF-8 become surrogates."""
    encoded = tuple(text.encode() for text in valid)
    return mutated_bytes(encoded).map(lambda data: data.decode("utf-8", "surrogateescape"))


@st.composite
def mutated_json(draw: st.DrawFn, valid: tuple[Any, ...]) -> Any:
    """Replace, remove or add some values of a valid JSON value."""
    value = json.loads(json.dumps(draw(st.sampled_from(valid))))
    for _ in range(draw(st.integers(1, 3))):
        value = _mutate(draw, value)
    return value


def _mutate(draw: st.DrawFn, value: Any) -> Any:
    """Change one value at a random depth."""
    if isinstance(value, dict) and value and draw(st.integers(0, 9)):
        name = draw(st.sampled_from(sorted(value)))
        action = draw(st.sampled_from(["descend", "descend", "descend", "remove", "add"]))
        if action == "remove":
            return {key: one for key, one in value.items() if key != name}
        if action == "add":
            return value | {draw(TEXTS): draw(JSON_VALUES)}
        return value | {name: _mutate(draw, value[name])}
    if isinstance(value, list) and value and draw(st.integers(0, 9)):
        index = draw(st.integers(0, len(value) - 1))
        if draw(st.booleans()):
            return [*value, value[index]]
        return [*value[:index], _mutate(draw, value[index]), *value[index + 1 :]]
    if isinstance(value, str) and draw(st.booleans()):
        at = draw(st.integers(0, len(value)))
        return value[:at] + draw(TEXTS) + value[at + draw(st.integers(0, 3)) :]
    return draw(JSON_VALUES)
