"""Documents for a single root field, built from the input of an AppSync resolver.

AppSync parses and validates the client's document, calls one resolver for each
root field, and selects the client's fields from the result. The selection that
the resolver receives (`info.selectionSetGraphQL`) is not valid by itself:

- It contains aliases, which AppSync applies to the result. They are removed.
- It contains spreads of named fragments without their definitions. Each is
  replaced by a selection of every field; AppSync drops the fields that the
  client did not select.
- It contains `@skip` and `@include` with variables whose default values are
  missing. They are removed, because AppSync applies them to the result.

There are no other variables: AppSync resolves arguments, and no field below the
root has any.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLObjectType,
    GraphQLType,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
    parse,
)

from genai_studio.schema.documents.full_selection import full_selection
from genai_studio.schema.limits.document_limits import PARSER_LIMITS
from genai_studio.schema.strawberry_internals import graphql_schema
from genai_studio.schema.studio_schema import studio_schema

MAX_CACHED_DOCUMENTS = 512
"""Clients send the same few selections repeatedly."""


class NoSuchField(ValueError):
    """AppSync requested a field that this release lacks. Deploy API and functions together."""


def field_document(parent: str, field: str, arguments: Mapping[str, Any], selection: str) -> str:
    """Return a document that selects one root field, with its arguments as variables.

    Args:
        parent: `Query` or `Mutation`.
        field: Name of the root field.
        arguments: The given arguments, including those that are null.
        selection: `info.selectionSetGraphQL`; empty if the field returns a scalar.

    Raises:
        NoSuchField: The schema has no such field or argument.
    """
    return _document(parent, field, tuple(sorted(arguments)), selection)


@lru_cache(MAX_CACHED_DOCUMENTS)
def _document(parent: str, field: str, arguments: tuple[str, ...], selection: str) -> str:
    root = graphql_schema(studio_schema).type_map.get(parent)
    if not isinstance(root, GraphQLObjectType) or field not in root.fields:
        raise NoSuchField(f"{parent} has no such field.")
    definition = root.fields[field]
    if not set(arguments) <= definition.args.keys():
        raise NoSuchField(f"{parent}.{field} has no such argument.")
    declarations = ", ".join(f"${name}: {definition.args[name].type}" for name in arguments)
    values = ", ".join(f"{name}: ${name}" for name in arguments)
    selected = f"{field}{_parenthesized(values)} {_standalone(selection, definition.type)}"
    return f"{parent.lower()}{_parenthesized(declarations)} {{ {selected.strip()} }}"


def _standalone(selection: str, of: GraphQLType) -> str:
    """Rewrite a selection so that it is valid without the client's document."""
    if not selection.strip():
        return ""
    (operation,) = parse(selection, **PARSER_LIMITS).definitions
    if not isinstance(operation, OperationDefinitionNode):
        raise NoSuchField("The selection is not a selection set.")
    return _print_selections(operation.selection_set, of)


def _print_selections(selections: SelectionSetNode, of: GraphQLType) -> str:
    named = get_named_type(of)
    parts = (_print_selection(node, named) for node in selections.selections)
    return f"{{ __typename {' '.join(part for part in parts if part)} }}"


def _print_selection(node: object, of: GraphQLType) -> str:
    if isinstance(node, FieldNode) and isinstance(of, GraphQLObjectType):
        name = node.name.value
        if name == "__typename":
            return ""
        if name not in of.fields:
            raise NoSuchField(f"{of.name} has no such field.")
        if node.selection_set is None:
            return name
        return f"{name} {_print_selections(node.selection_set, of.fields[name].type)}"
    if isinstance(node, InlineFragmentNode):
        condition = f"on {node.type_condition.name.value} " if node.type_condition else ""
        return f"... {condition}{_print_selections(node.selection_set, of)}"
    if isinstance(node, FragmentSpreadNode):
        # The definition is missing; AppSync drops the fields that were not selected.
        return f"... {full_selection(of)}"
    raise NoSuchField("The selection does not match the schema.")


def _parenthesized(text: str) -> str:
    return f"({text})" if text else ""
