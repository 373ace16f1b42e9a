"""The fields that a client selected below one field."""

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
"""Selected fields by name, with the fields selected below each."""


def printed(info: GraphQLResolveInfo[Any]) -> str:
    """Print the selection set with aliases and directives. Fragment spreads are not expanded."""
    selections = tuple(
        node for selection_set in _selection_sets(info) for node in selection_set.selections
    )
    return print_ast(SelectionSetNode(selections=selections)) if selections else ""


def paths(info: GraphQLResolveInfo[Any]) -> list[str]:
    """List the paths of all selected fields, such as `images/url`, by alias if there is one."""

    def below(selections: SelectionSetNode, under: str) -> Iterator[str]:
        for node in _fields(selections, info):
            name = under + (node.alias or node.name).value
            yield name
            if node.selection_set is not None:
                yield from below(node.selection_set, f"{name}/")

    return [path for selection_set in _selection_sets(info) for path in below(selection_set, "")]


def names(info: GraphQLResolveInfo[Any]) -> Names:
    """Return all selected fields by name, without aliases."""
    found: Names = {}

    def collect(selections: SelectionSetNode, into: Names) -> None:
        for node in _fields(selections, info):
            inner = into.setdefault(node.name.value, {})
            if node.selection_set is not None:
                collect(node.selection_set, inner)

    for selection_set in _selection_sets(info):
        collect(selection_set, found)
    return found


def _selection_sets(info: GraphQLResolveInfo[Any]) -> list[SelectionSetNode]:
    """Return the selection sets of all nodes of this field. A document may repeat a field."""
    return [node.selection_set for node in info.field_nodes if node.selection_set is not None]


def _fields(selections: SelectionSetNode, info: GraphQLResolveInfo[Any]) -> Iterator[FieldNode]:
    for node in selections.selections:
        if isinstance(node, FieldNode):
            yield node
        elif isinstance(node, InlineFragmentNode):
            yield from _fields(node.selection_set, info)
        elif isinstance(node, FragmentSpreadNode):
            fragment: Any = info.fragments[node.name.value]
            # graphql-core wraps a fragment that has its own variables.
            yield from _fields(getattr(fragment, "definition", fragment).selection_set, info)
