"""Conversion of scalars and enums in compiled functions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from math import isfinite
from typing import Any

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLFloat,
    GraphQLID,
    GraphQLInt,
    GraphQLScalarType,
    GraphQLString,
    Undefined,
)
from graphql.pyutils import is_awaitable

from genai_studio.schema.scalars import serialize_datetime
from genai_studio.schema.strawberry_internals import python_enum


class NeedsGraphQLCore(Exception):
    """A value that only graphql-core may complete: it is wrong, or unusual."""


EXACT_CHECKS: dict[GraphQLScalarType, str] = {
    GraphQLString: "type({0}) is str",
    GraphQLID: "type({0}) is str",
    GraphQLBoolean: "type({0}) is bool",
    GraphQLInt: "type({0}) is int and -2147483648 <= {0} <= 2147483647",
    GraphQLFloat: "type({0}) is float and isfinite({0})",
}
"""Conditions under which graphql-core returns a value of a scalar unchanged."""

NAMESPACE: dict[str, Any] = {
    "datetime": datetime,
    "isfinite": isfinite,
    "serialize_datetime": serialize_datetime,
}
"""Names that generated functions use."""


_COMMON = frozenset({bool, datetime, float, int, str})
"""Types of values that are present, not errors and not awaitable."""


def scalar_converter(scalar: GraphQLScalarType) -> Callable[[object], object]:
    """Return a function that converts like graphql-core, and raises for what that rejects."""
    coerce = scalar.coerce_output_value

    def convert(value: object) -> object:
        if type(value) not in _COMMON and (
            value is None
            or value is Undefined
            or isinstance(value, Exception)
            or is_awaitable(value)
        ):
            raise NeedsGraphQLCore
        converted = coerce(value)
        if converted is None or converted is Undefined:
            raise NeedsGraphQLCore
        return converted

    return convert


def enum_names(enum: GraphQLEnumType) -> tuple[type, dict[object, str]]:
    """Return the Python class of an enum and the GraphQL name of each member."""
    python_class = python_enum(enum)
    return python_class, {member: enum.coerce_output_value(member) for member in python_class}
