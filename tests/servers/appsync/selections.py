"""What a client selected of one field."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLResolveInfo,
    InlineFragmentNode,
    SelectionSetNode,
    print_ast,
)

Names = dict[str, "Names"]
"""Selected fields by name, and what is selected of each."""


def printed(info: GraphQLResolveInfo) -> str:
    """As text, with aliases and directives; spreads of named fragments stay spreads."""
    selections = tuple(node for each in _sets(info) for node in each.selections)
    return print_ast(SelectionSetNode(selections=selections)) if selections else ""


def paths(info: GraphQLResolveInfo) -> list[str]:
    """Every field, such as `images/url`, under its alias where it has one."""

    def below(selections: SelectionSetNode, under: str) -> Iterator[str]:
        for node in _fields(selections, info):
            name = under + (node.alias or node.name).value
            yield name
            if node.selection_set is not None:
                yield from below(node.selection_set, f"{name}/")

    return [path for each in _sets(info) for path in below(each, "")]


def names(info: GraphQLResolveInfo) -> Names:
    """Every field by its own name."""
    found: Names = {}

    def collect(selections: SelectionSetNode, into: Names) -> None:
        for node in _fields(selections, info):
            inner = into.setdefault(node.name.value, {})
            if node.selection_set is not None:
                collect(node.selection_set, inner)

    for each in _sets(info):
        collect(each, found)
    return found


def _sets(info: GraphQLResolveInfo) -> list[SelectionSetNode]:
    """Of all the nodes that were written for this one field."""
    return [node.selection_set for node in info.field_nodes if node.selection_set is not None]


def _fields(selections: SelectionSetNode, info: GraphQLResolveInfo) -> Iterator[FieldNode]:
    for node in selections.selections:
        if isinstance(node, FieldNode):
            yield node
        elif isinstance(node, InlineFragmentNode):
            yield from _fields(node.selection_set, info)
        elif isinstance(node, FragmentSpreadNode):
            fragment: Any = info.fragments[node.name.value]
            # graphql-core keeps a fragment together with its own variables.
            yield from _fields(getattr(fragment, "definition", fragment).selection_set, info)
