"""A document for one root field, made of what AppSync tells its resolver about it.

AppSync parses and validates the client's document itself, calls one resolver
for each root field, and picks what the client selected out of the answer. What
it tells is not quite that field's text:

- aliases are in it, though AppSync applies them to the answer: they go;
- spreads of named fragments are in it without their definitions: every field
  is selected in their place, and AppSync leaves out what was not asked for;
- conditions (`@skip`, `@include`) are in it, with variables whose defaults
  nobody tells: they go too, since AppSync applies them to the answer.

Other variables there are none: arguments come resolved, and no field below
the root takes any.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLType,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
    parse,
)

from genai_studio.schema.documents.every_field import every_field
from genai_studio.schema.limits.document_limits import PARSER_LIMITS
from genai_studio.schema.studio_schema import schema

KEPT = 512
"""Documents kept: a client sends the same few again and again."""


class NoSuchField(ValueError):
    """AppSync asks for a field that this release does not have: deploy both together."""


def field_document(parent: str, field: str, arguments: Mapping[str, Any], selection: str) -> str:
    """The document, whose variables bear the names of the arguments.

    Args:
        parent: `Query` or `Mutation`.
        arguments: Those that were given, null ones too.
        selection: `info.selectionSetGraphQL`; empty where the field has none.

    Raises:
        NoSuchField: The contract has no such field or argument.
    """
    return _document(parent, field, tuple(sorted(arguments)), selection)


@lru_cache(KEPT)
def _document(parent: str, field: str, arguments: tuple[str, ...], selection: str) -> str:
    contract: GraphQLSchema = schema._schema
    root = contract.type_map.get(parent)
    if not isinstance(root, GraphQLObjectType) or field not in root.fields:
        raise NoSuchField(f"{parent} has no such field.")
    definition = root.fields[field]
    if not set(arguments) <= definition.args.keys():
        raise NoSuchField(f"{parent}.{field} has no such argument.")
    declared = ", ".join(f"${name}: {definition.args[name].type}" for name in arguments)
    given = ", ".join(f"{name}: ${name}" for name in arguments)
    asked = f"{field}{_in_brackets(given)} {_selected(selection, definition.type)}"
    return f"{parent.lower()}{_in_brackets(declared)} {{ {asked.strip()} }}"


def _selected(selection: str, of: GraphQLType) -> str:
    if not selection.strip():
        return ""
    (operation,) = parse(selection, **PARSER_LIMITS).definitions
    if not isinstance(operation, OperationDefinitionNode):
        raise NoSuchField("The selection is none.")
    return _printed(operation.selection_set, of)


def _printed(selections: SelectionSetNode, of: GraphQLType) -> str:
    named = get_named_type(of)
    parts = (_one(node, named) for node in selections.selections)
    return f"{{ __typename {' '.join(part for part in parts if part)} }}"


def _one(node: object, of: GraphQLType) -> str:
    if isinstance(node, FieldNode) and isinstance(of, GraphQLObjectType):
        name = node.name.value
        if name == "__typename":
            return ""
        if name not in of.fields:
            raise NoSuchField(f"{of.name} has no such field.")
        if node.selection_set is None:
            return name
        return f"{name} {_printed(node.selection_set, of.fields[name].type)}"
    if isinstance(node, InlineFragmentNode):
        condition = f"on {node.type_condition.name.value} " if node.type_condition else ""
        return f"... {condition}{_printed(node.selection_set, of)}"
    if isinstance(node, FragmentSpreadNode):
        # Nothing but the name is known: AppSync takes from every field what it names.
        return f"... {every_field(of)}"
    raise NoSuchField("The selection does not fit the contract.")


def _in_brackets(text: str) -> str:
    return f"({text})" if text else ""
