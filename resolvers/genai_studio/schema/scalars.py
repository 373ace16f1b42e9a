"""AppSync's own scalars, the only ones the contract may use."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import NewType

import strawberry
from strawberry.types.scalar import ScalarDefinition

Json = NewType("Json", object)
"""A JSON value, carried as a string of JSON as AppSync's `AWSJSON` is."""


def print_time(value: datetime) -> str:
    """ISO 8601 in UTC with milliseconds and `Z`, as AppSync prints it."""
    return (
        value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{value.microsecond // 1000:03d}Z"
    )


def read_time(value: object) -> datetime:
    """Any ISO 8601 time with a zone.

    Raises:
        ValueError: It is something else.
    """
    if not isinstance(value, str):
        raise ValueError("Write a time as text, like 2026-11-23T08:30:00.000Z.")
    try:
        time = datetime.fromisoformat(value)
    except ValueError:
        raise ValueError(f"“{value}” is not a time like 2026-11-23T08:30:00.000Z.") from None
    if time.tzinfo is None:
        raise ValueError("A time needs its zone: end it with Z or an offset.")
    try:
        return time.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"“{value}” lies outside of the years 1 to 9999 of UTC.") from None


def _read_json(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("AWSJSON is a string that holds JSON.")
    try:
        return json.loads(value)
    except RecursionError:
        raise ValueError("This JSON is nested too deeply.") from None


AWS_DATE_TIME: ScalarDefinition = strawberry.scalar(
    name="AWSDateTime",
    description="An ISO 8601 time in UTC with milliseconds, like 2026-11-23T08:30:00.000Z.",
    serialize=print_time,
    parse_value=read_time,
)
AWS_JSON: ScalarDefinition = strawberry.scalar(
    name="AWSJSON",
    description="A string that holds a JSON value.",
    serialize=json.dumps,
    parse_value=_read_json,
)

SCALARS: dict[object, ScalarDefinition] = {datetime: AWS_DATE_TIME, Json: AWS_JSON}
