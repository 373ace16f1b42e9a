"""A document for one root field, made of what AppSync tells its resolver about it.

AppSync parses and validates the client's document itself, calls one resolver
for each root field, and picks what the client selected out of the answer. What
it tells is not quite that field's text:

- aliases are in it, though AppSync applies them to the answer: they go;
- spreads of named fragments are in it without their definitions: every field
  is selected in their place, and AppSync leaves out what was not asked for;
- variables are in it only in `@skip` and `@include`, since arguments come
  resolved, and no field below the root takes any.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from graphql import (
    DirectiveNode,
    FieldNode,
    FragmentSpreadNode,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLType,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    parse,
    print_ast,
)

from genai_studio.schema.every_field import every_field
from genai_studio.schema.limits import PARSER_LIMITS
from genai_studio.schema.schema import schema

KEPT = 512
"""Documents kept: a client sends the same few again and again."""


class NoSuchField(ValueError):
    """AppSync asks for a field that this release does not have: deploy both together."""


def field_document(
    parent: str, field: str, arguments: Mapping[str, Any], selection: str
) -> tuple[str, frozenset[str]]:
    """The document, and which of the client's own variables it uses.

    Its other variables bear the names of the arguments, behind `arg_`.

    Args:
        parent: `Query` or `Mutation`.
        arguments: Those that were given, null ones too.
        selection: `info.selectionSetGraphQL`; empty where the field has none.

    Raises:
        NoSuchField: The contract has no such field or argument.
    """
    return _document(parent, field, tuple(sorted(arguments)), selection)


@lru_cache(KEPT)
def _document(
    parent: str, field: str, arguments: tuple[str, ...], selection: str
) -> tuple[str, frozenset[str]]:
    contract: GraphQLSchema = schema._schema
    root = contract.type_map.get(parent)
    if not isinstance(root, GraphQLObjectType) or field not in root.fields:
        raise NoSuchField(f"{parent} has no such field.")
    definition = root.fields[field]
    if not set(arguments) <= definition.args.keys():
        raise NoSuchField(f"{parent}.{field} has no such argument.")
    selected, used = _selected(selection, definition.type)
    declared = [f"$arg_{name}: {definition.args[name].type}" for name in arguments]
    declared += [f"${name}: Boolean!" for name in sorted(used)]
    given = ", ".join(f"{name}: $arg_{name}" for name in arguments)
    head = f"{parent.lower()}{_in_brackets(', '.join(declared))}"
    return f"{head} {{ {field}{_in_brackets(given)} {selected} }}", used


def _selected(selection: str, of: GraphQLType) -> tuple[str, frozenset[str]]:
    if not selection.strip():
        return "", frozenset()
    (operation,) = parse(selection, **PARSER_LIMITS).definitions
    if not isinstance(operation, OperationDefinitionNode):
        raise NoSuchField("The selection is none.")
    used: set[str] = set()
    return _printed(operation.selection_set, of, used), frozenset(used)


def _printed(selections: SelectionSetNode, of: GraphQLType, used: set[str]) -> str:
    named = get_named_type(of)
    parts = (_one(node, named, used) for node in selections.selections)
    return f"{{ __typename {' '.join(part for part in parts if part)} }}"


def _one(node: object, of: GraphQLType, used: set[str]) -> str:
    if isinstance(node, FieldNode) and isinstance(of, GraphQLObjectType):
        name = node.name.value
        if name == "__typename":
            return ""
        if name not in of.fields:
            raise NoSuchField(f"{of.name} has no such field.")
        below = (
            ""
            if node.selection_set is None
            else _printed(node.selection_set, of.fields[name].type, used)
        )
        return " ".join(filter(None, (name, *_directives(node.directives, used), below)))
    if isinstance(node, InlineFragmentNode):
        condition = f"on {node.type_condition.name.value}" if node.type_condition else ""
        words = ("...", condition, *_directives(node.directives, used))
        return " ".join(filter(None, (*words, _printed(node.selection_set, of, used))))
    if isinstance(node, FragmentSpreadNode):
        # Nothing but the name is known: AppSync takes from every field what it names.
        return f"... {every_field(of)}"
    raise NoSuchField("The selection does not fit the contract.")


def _directives(nodes: tuple[DirectiveNode, ...] | None, used: set[str]) -> Iterator[str]:
    for node in nodes or ():
        used.update(
            argument.value.name.value
            for argument in node.arguments or ()
            if isinstance(argument.value, VariableNode)
        )
        yield print_ast(node)


def _in_brackets(text: str) -> str:
    return f"({text})" if text else ""
