"""The only module that uses private or undocumented parts of Strawberry.

`pyproject.toml` limits `strawberry-graphql` to releases below the next minor
version. `tests/unit/schema/test_strawberry_internals.py` names every attribute
used here and fails on a release that changes one: raise the limit only when it
passes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Any

import strawberry
from graphql import DocumentNode, GraphQLError, GraphQLSchema
from strawberry.http.websocket_origin import is_same_origin, normalize_origin
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types.execution import ExecutionContext

__all__ = [
    "CannotGetOperationTypeError",
    "InvalidOperationTypeError",
    "describe_enum_values",
    "graphql_schema",
    "is_same_origin",
    "normalize_origin",
    "requested_operation_name",
    "set_document",
    "set_parser_limits",
    "set_validation_errors",
]


def graphql_schema(schema: strawberry.Schema) -> GraphQLSchema:
    """Return the graphql-core schema behind a Strawberry schema."""
    return schema._schema


def requested_operation_name(context: ExecutionContext) -> str | None:
    """Return the `operationName` of the request.

    The public `operation_name` falls back to the name of the first operation.
    """
    return context._provided_operation_name


def set_parser_limits(context: ExecutionContext, limits: Mapping[str, Any]) -> None:
    """Set the options that Strawberry passes to `graphql.parse`."""
    options: dict[str, Any] = dict(limits)
    context.parse_options = options  # type: ignore[assignment]  # typed with `max_tokens` only


def set_document(context: ExecutionContext, document: DocumentNode) -> None:
    """Set the parsed document, so that Strawberry does not parse the query."""
    context.graphql_document = document


def set_validation_errors(context: ExecutionContext, errors: Iterable[GraphQLError]) -> None:
    """Set the validation errors, so that Strawberry does not validate the document."""
    context.pre_execution_errors = list(errors)


def describe_enum_values(enum: type[Enum], descriptions: Mapping[Any, str]) -> None:
    """Set the description of each value of an enum made by `strawberry.enum`.

    Raises:
        KeyError: A value has no description.
    """
    definition = enum.__strawberry_definition__  # type: ignore[attr-defined]  # added at run time
    for value in definition.values:
        value.description = descriptions[enum[value.name]]
