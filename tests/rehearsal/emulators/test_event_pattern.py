"""Tests that the pipe emulator filters and fills templates as EventBridge does."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.rehearsal.emulators.event_pattern import UnknownOperator, matches
from tests.rehearsal.emulators.pipe import fill_template
from tests.rehearsal.system.pipeline import pipeline

PIPE = pipeline()["pipe"]


def a_record(**image: Any) -> dict[str, Any]:
    standard = {"status": {"S": "QUEUED"}, "id": {"S": "some"}}
    return {
        "eventName": "INSERT",
        "dynamodb": {
            "Keys": {"pk": {"S": 'an "owner"'}, "sk": {"S": "generation#some"}},
            "NewImage": standard | image,
        },
    }


def test_queued_generation_matches_and_becomes_a_message() -> None:
    record = a_record()

    assert matches(PIPE["filter"], record)
    body = json.loads(fill_template(PIPE["inputTemplate"], record))
    assert body == {"owner": 'an "owner"', "id": "some"}


@pytest.mark.parametrize(
    "record",
    [
        a_record(status={"S": "RUNNING"}),
        a_record(notBefore={"N": "5"}),
        a_record() | {"eventName": "REMOVE"},
        {"eventName": "REMOVE", "dynamodb": {"Keys": {"sk": {"S": "generation#some"}}}},
        {"eventName": "INSERT", "dynamodb": {"Keys": {"sk": {"S": "key#some"}}}},
    ],
    ids=["running", "backing off", "removed", "purged", "no generation"],
)
def test_other_records_do_not_match(record: dict[str, Any]) -> None:
    assert not matches(PIPE["filter"], record)


@pytest.mark.parametrize(
    ("pattern", "value", "expected"),
    [
        ({"a": ["x", 1]}, {"a": 1}, True),
        ({"a": ["1"]}, {"a": 1}, False),
        ({"a": [True]}, {"a": 1}, False),
        ({"a": [None]}, {}, False),
        ({"a": [None]}, {"a": None}, True),
        ({"a": [{"exists": True}]}, {"a": None}, True),
        ({"a": {"b": [{"exists": False}]}}, {"a": 5}, True),
        ({"a": [{"prefix": "x"}]}, {"a": 5}, False),
    ],
)
def test_values_match_by_type_and_content(pattern: Any, value: Any, expected: bool) -> None:
    assert matches(pattern, value) is expected


def test_unknown_operator_is_an_error() -> None:
    with pytest.raises(UnknownOperator, match="numeric"):
        matches({"a": [{"numeric": [">", 1]}]}, {"a": 5})
    with pytest.raises(UnknownOperator, match="anything-but"):
        matches({"a": [{"anything-but": "x"}]}, {})


def test_template_requires_every_path() -> None:
    with pytest.raises(KeyError):
        fill_template(PIPE["inputTemplate"], {"dynamodb": {"Keys": {}}})
