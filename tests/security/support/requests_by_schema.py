"""Requests generated from the schema, so that new fields are covered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLID,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    get_named_type,
    is_non_null_type,
)

from genai_studio.domain.ids import new_id_at
from genai_studio.schema.strawberry_internals import graphql_schema
from genai_studio.schema.studio_schema import studio_schema
from tests.builders import NOON

ROOTS = {
    "query": graphql_schema(studio_schema).query_type,
    "mutation": graphql_schema(studio_schema).mutation_type,
    "subscription": graphql_schema(studio_schema).subscription_type,
}

CATALOG_IDS = {"model", "style"}
"""IDs of catalog entries, which are the same for all users."""

FILLERS: dict[str, Any] = {
    "String": "a red apple",
    "ID": "nothing",
    "Int": 1,
    "Float": 1.0,
    "Boolean": True,
    "AWSJSON": "{}",
    "AWSDateTime": "2026-05-04T12:00:00Z",
}


SOURCE_UPLOAD = new_id_at(NOON)
"""An upload that each user has, so that a request with a mask has a source."""

BOARD = new_id_at(NOON)
"""A board that each user has, so that a request to put generations on it is not refused."""

COMPANIONS: dict[tuple[str, ...], dict[tuple[str, ...], Any]] = {
    ("input", "sourceImageId"): {("input", "operation"): "UPSCALE"},
    ("input", "sourceUploadId"): {("input", "operation"): "UPSCALE"},
    ("input", "maskUploadId"): {
        ("input", "operation"): "INPAINT",
        ("input", "sourceUploadId"): SOURCE_UPLOAD,
    },
    ("ids",): {("board",): BOARD},
}
"""Fields without which an ID is refused before it is looked up."""


@dataclass(frozen=True, slots=True)
class Target:
    """An argument of a root field that takes an ID of user data.

    Attributes:
        operation: query, mutation or subscription.
        path: Name of the argument, then of the field of its input type.
        many: Whether the argument is a list of IDs.
    """

    operation: str
    field: str
    path: tuple[str, ...]
    many: bool

    def __str__(self) -> str:
        return f"{self.field}({'.'.join(self.path)})"

    def request(self, value: str) -> tuple[str, dict[str, Any]]:
        """Return a document that selects every field, and variables with `value`."""
        given = {self.path: [value] if self.many else value}
        return request(self.operation, self.field, given | COMPANIONS.get(self.path, {}))


def targets() -> list[Target]:
    """Return every argument and input field that is an ID or a cursor."""
    return [
        Target(operation, name, path, many)
        for operation, root in ROOTS.items()
        if root is not None
        for name, field in root.fields.items()
        for argument, definition in field.args.items()
        for path, many in _id_paths((argument,), definition.type)
    ]


def root_fields() -> list[tuple[str, str]]:
    """Return the operation type and name of every root field."""
    return [
        (operation, name)
        for operation, root in ROOTS.items()
        if root is not None
        for name in root.fields
    ]


def request(
    operation: str, name: str, given: dict[tuple[str, ...], Any]
) -> tuple[str, dict[str, Any]]:
    """Return a request for a root field with given and required arguments and every field."""
    root = ROOTS[operation]
    assert root is not None
    field = root.fields[name]
    variables = {
        argument: value
        for argument, definition in field.args.items()
        for value in [_value((argument,), definition.type, given)]
        if value is not None
    }
    declared = ", ".join(f"${one}: {field.args[one].type}" for one in variables)
    passed = ", ".join(f"{one}: ${one}" for one in variables)
    head = f"{operation}({declared})" if declared else operation
    call = f"{name}({passed})" if passed else name
    return f"{head} {{ {call} {everything(field)} }}", variables


def everything(field: GraphQLField) -> str:
    """Return a selection of all nested fields."""

    def selection(named: GraphQLNamedType) -> str:
        if not isinstance(named, GraphQLObjectType):
            return ""
        below = (
            f"{name} {selection(get_named_type(one.type))}" for name, one in named.fields.items()
        )
        return "{ " + " ".join(below) + " }"

    return selection(get_named_type(field.type))


def _id_paths(
    path: tuple[str, ...], type_: GraphQLInputType
) -> Iterator[tuple[tuple[str, ...], bool]]:
    named = get_named_type(type_)
    if path[-1] in CATALOG_IDS:
        return
    if named is GraphQLID or path[-1] == "after":
        yield path, isinstance(_without_null(type_), GraphQLList)
    elif isinstance(named, GraphQLInputObjectType):
        for name, field in named.fields.items():
            yield from _id_paths((*path, name), field.type)


def _value(
    path: tuple[str, ...], type_: GraphQLInputType, given: dict[tuple[str, ...], Any]
) -> Any:
    if path in given:
        return given[path]
    named = get_named_type(type_)
    wanted = any(one[: len(path)] == path for one in given)
    if not wanted and not is_non_null_type(type_):
        return None
    if isinstance(named, GraphQLInputObjectType):
        fields = {
            name: _value((*path, name), one.type, given) for name, one in named.fields.items()
        }
        value: Any = {name: one for name, one in fields.items() if one is not None}
    else:
        value = FILLERS[named.name]
    return [value] if isinstance(_without_null(type_), GraphQLList) else value


def _without_null(type_: Any) -> Any:
    return type_.of_type if isinstance(type_, GraphQLNonNull) else type_
