"""How much a document asks for once its fragments are spread."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
)


@dataclass(slots=True)
class Weight:
    """Of a selection set, all that it spreads included.

    Attributes:
        depth: Fields within fields.
        fields: Fields at every level.
        roots: Fields at the first level.
        introspection: Whether those ask about the schema alone.
    """

    depth: int = 0
    fields: int = 0
    roots: int = 0
    introspection: bool = True


def weigh(document: DocumentNode) -> Iterator[Weight]:
    """The weight of each operation.

    Every fragment is weighed once, so that fragments that spread others twice
    each cost no more than they are long.
    """
    scales = _Scales(document)
    for node in document.definitions:
        if isinstance(node, OperationDefinitionNode):
            yield scales.weigh(node.selection_set)


class _Scales:
    def __init__(self, document: DocumentNode) -> None:
        self._fragments = {
            node.name.value: node
            for node in document.definitions
            if isinstance(node, FragmentDefinitionNode)
        }
        self._weighed: dict[str, Weight] = {}

    def weigh(self, selections: SelectionSetNode) -> Weight:
        whole = Weight()
        for node in selections.selections:
            part = self._weigh_one(node)
            whole.depth = max(whole.depth, part.depth)
            whole.fields += part.fields
            whole.roots += part.roots
            whole.introspection = whole.introspection and part.introspection
        return whole

    def _weigh_one(self, node: SelectionNode) -> Weight:
        if isinstance(node, FieldNode):
            below = self.weigh(node.selection_set) if node.selection_set else Weight()
            about_schema = node.name.value.startswith("__")
            return Weight(below.depth + 1, below.fields + 1, 1, about_schema)
        if isinstance(node, FragmentSpreadNode):
            return self._weigh_fragment(node.name.value)
        return self.weigh(node.selection_set)  # type: ignore[attr-defined]  # an inline fragment

    def _weigh_fragment(self, name: str) -> Weight:
        if name not in self._weighed:
            # While it is being weighed it weighs nothing: validation refuses
            # cycles, and fragments that are not there.
            self._weighed[name] = Weight()
            if name in self._fragments:
                self._weighed[name] = self.weigh(self._fragments[name].selection_set)
        return self._weighed[name]
