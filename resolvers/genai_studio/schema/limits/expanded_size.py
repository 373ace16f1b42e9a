"""The size of an operation after its fragments are expanded."""

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
class ExpandedSize:
    """The size of a selection set with all fragments expanded.

    Attributes:
        depth: Levels of nested fields.
        fields: Fields at all levels.
        roots: Fields at the first level.
        introspection: Whether every first-level field is an introspection field.
    """

    depth: int = 0
    fields: int = 0
    roots: int = 0
    introspection: bool = True


def expanded_sizes(document: DocumentNode) -> Iterator[ExpandedSize]:
    """Yield the size of each operation.

    Each fragment is measured once, so fragments that spread each other
    repeatedly take linear time.
    """
    measurer = _Measurer(document)
    for node in document.definitions:
        if isinstance(node, OperationDefinitionNode):
            yield measurer.measure(node.selection_set)


class _Measurer:
    def __init__(self, document: DocumentNode) -> None:
        self._fragments = {
            node.name.value: node
            for node in document.definitions
            if isinstance(node, FragmentDefinitionNode)
        }
        self._measured: dict[str, ExpandedSize] = {}

    def measure(self, selections: SelectionSetNode) -> ExpandedSize:
        total = ExpandedSize()
        for node in selections.selections:
            part = self._measure_selection(node)
            total.depth = max(total.depth, part.depth)
            total.fields += part.fields
            total.roots += part.roots
            total.introspection = total.introspection and part.introspection
        return total

    def _measure_selection(self, node: SelectionNode) -> ExpandedSize:
        if isinstance(node, FieldNode):
            below = self.measure(node.selection_set) if node.selection_set else ExpandedSize()
            introspection = node.name.value.startswith("__")
            return ExpandedSize(below.depth + 1, below.fields + 1, 1, introspection)
        if isinstance(node, FragmentSpreadNode):
            return self._measure_fragment(node.name.value)
        return self.measure(node.selection_set)  # type: ignore[attr-defined]  # an inline fragment

    def _measure_fragment(self, name: str) -> ExpandedSize:
        if name not in self._measured:
            # Zero until measured, which ends cycles. Validation rejects cycles and
            # unknown fragments.
            self._measured[name] = ExpandedSize()
            if name in self._fragments:
                self._measured[name] = self.measure(self._fragments[name].selection_set)
        return self._measured[name]
