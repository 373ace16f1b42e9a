"""Selection of every field of a type. The schema has no cycles, so this terminates."""

from __future__ import annotations

from graphql import GraphQLObjectType, GraphQLType, get_named_type


def full_selection(of: GraphQLType) -> str:
    """Return `{ id … }` with every nested field; empty for scalars and enums."""
    named = get_named_type(of)
    if not isinstance(named, GraphQLObjectType):
        return ""
    fields = (
        f"{name} {full_selection(field.type)}".strip() for name, field in named.fields.items()
    )
    return "{ " + " ".join(fields) + " }"
