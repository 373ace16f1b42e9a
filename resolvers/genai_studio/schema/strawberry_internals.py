"""The only module that uses private or undocumented parts of Strawberry.

`pyproject.toml` limits `strawberry-graphql` to releases below the next minor
version. `tests/unit/schema/test_strawberry_internals.py` names every attribute
used here and fails on a release that changes one: raise the limit only when it
passes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import strawberry
from graphql import (
    DocumentNode,
    GraphQLEnumType,
    GraphQLError,
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
)
from strawberry.http.websocket_origin import is_same_origin, normalize_origin
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.base import StrawberryMaybe
from strawberry.types.execution import ExecutionContext

__all__ = [
    "CannotGetOperationTypeError",
    "FieldSource",
    "InvalidOperationTypeError",
    "describe_enum_values",
    "field_source",
    "graphql_schema",
    "is_same_origin",
    "normalize_origin",
    "python_enum",
    "python_type",
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


_DEFINITION = "strawberry-definition"
"""Key of a GraphQL type's or field's `extensions` with the Strawberry definition."""


@dataclass(frozen=True, slots=True)
class FieldSource:
    """Where the value of a field comes from.

    Attributes:
        attribute: Name of the Python attribute.
        resolver: The function to call instead of reading the attribute.
        takes_self: Whether the resolver takes the parent object.
        info_parameter: Name of the parameter for the execution info, if there is one.
        parameters: Names of the parameters by name of the argument in GraphQL. Arguments of
            type `Maybe`, whose values Strawberry wraps, are not included.
    """

    attribute: str
    resolver: Callable[..., Any] | None = None
    takes_self: bool = False
    info_parameter: str | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)


def field_source(of: GraphQLField) -> FieldSource | None:
    """Return the source of a field; None if it has no Strawberry definition or a special one."""
    definition = of.extensions.get(_DEFINITION)
    if definition is None or definition.extensions or definition.is_subscription:
        return None
    resolver = definition.base_resolver
    if resolver is None:
        return FieldSource(definition.python_name)
    if resolver.parent_parameter or resolver.root_parameter:
        return None
    info = resolver.info_parameter
    return FieldSource(
        definition.python_name,
        resolver.wrapped_func,
        takes_self=resolver.self_parameter is not None,
        info_parameter=None if info is None else info.name,
        parameters={
            name: argument.python_name
            for name, argument in _arguments(of)
            if not isinstance(argument.type, StrawberryMaybe)
        },
    )


def _arguments(of: GraphQLField) -> Iterable[tuple[str, StrawberryArgument]]:
    """Return the Strawberry definitions of a field's arguments by name in GraphQL."""
    return ((name, argument.extensions[_DEFINITION]) for name, argument in of.args.items())


def python_type(of: GraphQLObjectType) -> type | None:
    """Return the class that `strawberry.type` made an object type of; None for other types."""
    definition = of.extensions.get(_DEFINITION)
    return None if definition is None else definition.origin


def python_enum(of: GraphQLEnumType) -> type[Enum]:
    """Return the Python enum that `strawberry.enum` made an enum type of."""
    enum: type[Enum] = of.extensions[_DEFINITION].wrapped_cls
    return enum
