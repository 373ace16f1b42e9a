"""Responses are encoded like the standard library encodes them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genai_studio.hosts.asgi.graphql.json_encoding import encode_json

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters()),
    lambda below: st.lists(below) | st.dictionaries(st.text(st.characters()), below),
)  # fmt: skip


@given(JSON)
def test_every_json_value_is_read_back_equal(value: object) -> None:
    assert json.loads(encode_json(value)) == value


@pytest.mark.parametrize("value", [{"text": "\ud800"}, {"number": 10**400}])
def test_what_msgspec_rejects_is_encoded_too(value: object) -> None:
    assert json.loads(encode_json(value)) == value
