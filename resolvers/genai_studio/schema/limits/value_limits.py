"""Limits on the values of a request: literals, variables and default values."""

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
from genai_studio.schema.limits.text_limits import TextArguments, long_texts

_PAGE_SIZE = "first"
_NOT_TEXT = "must not contain unpaired surrogates (U+D800 to U+DFFF)."


@dataclass(frozen=True, slots=True)
class PageSizes:
    """The page size arguments of a document.

    Attributes:
        arguments: Every `first` argument.
        defaults: The default values of the variables, by operation name.
    """

    arguments: tuple[ArgumentNode, ...]
    defaults: Mapping[str | None, Mapping[str, ValueNode | None]]


def find_page_sizes(document: DocumentNode) -> PageSizes:
    """Find the page size arguments; they do not depend on the request."""
    finder = _PageSizeArguments()
    visit(document, finder)
    defaults = {
        operation.name.value if operation.name else None: {
            definition.variable.name.value: definition.default_value
            for definition in operation.variable_definitions or ()
        }
        for operation in document.definitions
        if isinstance(operation, OperationDefinitionNode)
    }
    return PageSizes(tuple(finder.arguments), defaults)


def value_limit_errors(
    page_sizes: PageSizes,
    texts: TextArguments,
    operation_name: str | None,
    variables: Mapping[str, Any],
) -> Iterator[GraphQLError]:
    """Yield one error for each page size and variable that exceeds a limit or is not text."""
    defaults = page_sizes.defaults.get(operation_name, {})
    for argument in page_sizes.arguments:
        size = _page_size(argument.value, defaults, variables)
        if size is not None and not 1 <= size <= MAX_PAGE:
            yield _error(_PAGE_SIZE, f"must be between 1 and {MAX_PAGE}.", argument)
    rejected = {
        name: reason
        for name, value in variables.items()
        if (reason := _rejection(value)) is not None
    }
    for name, reason in rejected.items():
        yield _error(name, reason)
    if not rejected:
        yield from long_texts(variables, texts.arguments)


def _page_size(
    node: ValueNode | None,
    defaults: Mapping[str, ValueNode | None],
    variables: Mapping[str, Any],
) -> float | None:
    if isinstance(node, VariableNode):
        name = node.name.value
        if name not in variables:
            return _page_size(defaults.get(name), {}, {})
        # GraphQL accepts 1000.0 as an Int. Other types fail in coercion.
        value = variables[name]
        return value if isinstance(value, int | float) else None
    # Check the length first: Python refuses to parse numbers of thousands of digits.
    if isinstance(node, IntValueNode):
        return int(node.value) if len(node.value) < 10 else float("inf")
    return None


def _rejection(value: object) -> str | None:
    """Return why a variable is rejected, without recursion."""
    if isinstance(value, str):
        return None if is_text(value) else _NOT_TEXT
    if not isinstance(value, list | dict):
        return None
    level: list[object] = [value]
    for _ in range(MAX_VALUE_DEPTH + 1):
        below: list[object] = []
        for item in level:
            if isinstance(item, list | dict):
                if len(item) > MAX_LIST:
                    return f"must have at most {MAX_LIST} values in a list; has {len(item)}."
                below.extend(item.values() if isinstance(item, dict) else item)
            elif isinstance(item, str) and not is_text(item):
                return _NOT_TEXT
        if not below:
            return None
        level = below
    return f"must nest objects and lists at most {MAX_VALUE_DEPTH} deep."


def _error(name: str, reason: str, node: ArgumentNode | None = None) -> GraphQLError:
    extensions = {"code": "INVALID_INPUT", "path": [name]}
    return GraphQLError(f"`{name}` {reason}", nodes=node, extensions=extensions)


class _PageSizeArguments(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.arguments: list[ArgumentNode] = []

    def enter_argument(self, node: ArgumentNode, *_: Any) -> None:
        if node.name.value == _PAGE_SIZE:
            self.arguments.append(node)
