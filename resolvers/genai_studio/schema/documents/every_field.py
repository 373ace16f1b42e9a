"""The selection of every field of a type, at every depth: the contract has no cycles."""

from __future__ import annotations

from graphql import GraphQLObjectType, GraphQLType, get_named_type


def every_field(of: GraphQLType) -> str:
    """As it stands in a document, `{ id … }`; empty for what has no fields."""
    named = get_named_type(of)
    if not isinstance(named, GraphQLObjectType):
        return ""
    fields = (f"{name} {every_field(field.type)}".strip() for name, field in named.fields.items())
    return "{ " + " ".join(fields) + " }"
