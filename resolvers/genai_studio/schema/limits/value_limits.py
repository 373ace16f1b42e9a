"""What the values of a request may cost, whether literals, variables or defaults."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    ArgumentNode,
    DocumentNode,
    GraphQLError,
    IntValueNode,
    OperationDefinitionNode,
    ValueNode,
    VariableNode,
    Visitor,
    visit,
)

from genai_studio.domain.history import MAX_PAGE
from genai_studio.domain.validation import is_text
from genai_studio.schema.limits.document_limits import MAX_LIST, MAX_VALUE_DEPTH

_PAGE_SIZE = "first"


@dataclass(frozen=True, slots=True)
class PageSizes:
    """Where a document says how long pages are.

    Attributes:
        arguments: Every `first`.
        defaults: For each operation, the default values of its variables.
    """

    arguments: tuple[ArgumentNode, ...]
    defaults: Mapping[str | None, Mapping[str, ValueNode | None]]


def page_sizes(document: DocumentNode) -> PageSizes:
    """Find them once; they are the same for every request of the document."""
    found = _PageSizeArguments()
    visit(document, found)
    defaults = {
        operation.name.value if operation.name else None: {
            definition.variable.name.value: definition.default_value
            for definition in operation.variable_definitions or ()
        }
        for operation in document.definitions
        if isinstance(operation, OperationDefinitionNode)
    }
    return PageSizes(tuple(found.arguments), defaults)


def oversized(
    sizes: PageSizes, operation_name: str | None, variables: Mapping[str, Any]
) -> Iterator[GraphQLError]:
    """One error for each value of this request that is too large, or is no text."""
    defaults = sizes.defaults.get(operation_name, {})
    for argument in sizes.arguments:
        size = _size(argument.value, defaults, variables)
        if size is not None and not 1 <= size <= MAX_PAGE:
            yield _refusal(_PAGE_SIZE, f"a page holds from 1 to {MAX_PAGE} generations.", argument)
    for name, value in variables.items():
        reason = _unfit(value)
        if reason is not None:
            yield _refusal(name, reason)


def _size(
    node: ValueNode | None,
    defaults: Mapping[str, ValueNode | None],
    variables: Mapping[str, Any],
) -> float | None:
    if isinstance(node, VariableNode):
        name = node.name.value
        if name not in variables:
            return _size(defaults.get(name), {}, {})
        # 1000.0 is an Int too. What is none at all is refused by its type.
        value = variables[name]
        return value if isinstance(value, int | float) else None
    # Compared as text first: Python does not read numbers of thousands of digits.
    if isinstance(node, IntValueNode):
        return int(node.value) if len(node.value) < 10 else float("inf")
    return None


def _unfit(value: object) -> str | None:
    level: list[object] = [value]
    for _ in range(MAX_VALUE_DEPTH + 1):
        below: list[object] = []
        for item in level:
            if isinstance(item, list | dict):
                if len(item) > MAX_LIST:
                    return f"a list holds at most {MAX_LIST} values; this has {len(item)}."
                below.extend(item.values() if isinstance(item, dict) else item)
            elif isinstance(item, str) and not is_text(item):
                return "it holds a character that is not text."
        if not below:
            return None
        level = below
    return f"objects and lists may be nested {MAX_VALUE_DEPTH} deep."


def _refusal(name: str, reason: str, node: ArgumentNode | None = None) -> GraphQLError:
    extensions = {"code": "INVALID_INPUT", "path": [name]}
    return GraphQLError(f"{name}: {reason}", nodes=node, extensions=extensions)


class _PageSizeArguments(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.arguments: list[ArgumentNode] = []

    def enter_argument(self, node: ArgumentNode, *_: Any) -> None:
        if node.name.value == _PAGE_SIZE:
            self.arguments.append(node)
