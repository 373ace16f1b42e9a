"""What a document may cost, checked before any resolver runs.

AppSync has limits of its own; these hold on every host.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from graphql import (
    ArgumentNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValidationContext,
    ValidationRule,
    ValueNode,
    VariableNode,
    Visitor,
    visit,
)
from strawberry.extensions import SchemaExtension

from genai_studio.domain.history import MAX_PAGE

MAX_TOKENS = 2_000
MAX_DEPTH = 12
"""Nested selections; GraphiQL's introspection needs 12."""
MAX_ALIASES = 15
MAX_DIRECTIVES = 20
MAX_FIELDS = 500
"""Fields selected in all, each fragment counted wherever it is spread."""
MAX_ROOT_FIELDS = 10
MAX_IDS = 100


class DocumentLimits(ValidationRule):
    """Depth, breadth, aliases and directives of a whole document."""

    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        document = context.document
        self._fragments = {
            node.name.value: node
            for node in document.definitions
            if isinstance(node, FragmentDefinitionNode)
        }
        self._measured: dict[str, tuple[int, int]] = {}
        self._measuring: set[str] = set()
        counter = _Counter()
        visit(document, counter)
        self._refuse("aliases", counter.aliases, MAX_ALIASES)
        self._refuse("directives", counter.directives, MAX_DIRECTIVES)
        for node in document.definitions:
            if isinstance(node, OperationDefinitionNode):
                depth, fields = self._measure(node.selection_set)
                self._refuse("levels of nesting", depth, MAX_DEPTH)
                self._refuse("fields", fields, MAX_FIELDS)
                self._refuse("root fields", self._roots(node.selection_set), MAX_ROOT_FIELDS)

    def _refuse(self, what: str, number: int, limit: int) -> None:
        if number > limit:
            self.report_error(
                GraphQLError(
                    f"This document has {number} {what}; at most {limit} are allowed.",
                    extensions={"code": "DOCUMENT_TOO_LARGE"},
                )
            )

    def _measure(self, selections: SelectionSetNode) -> tuple[int, int]:
        """Depth and number of fields below; each fragment is measured once."""
        depth = fields = 0
        below = (0, 0)
        for node in selections.selections:
            if isinstance(node, FieldNode):
                below = self._measure(node.selection_set) if node.selection_set else (0, 0)
                below = (below[0] + 1, below[1] + 1)
            elif isinstance(node, InlineFragmentNode):
                below = self._measure(node.selection_set)
            elif isinstance(node, FragmentSpreadNode):
                below = self._measure_fragment(node)
            depth, fields = max(depth, below[0]), fields + below[1]
        return depth, fields

    def _measure_fragment(self, spread: FragmentSpreadNode) -> tuple[int, int]:
        name = spread.name.value
        if name in self._measuring or name not in self._fragments:
            return 0, 0  # a cycle or an unknown fragment: another rule refuses it
        if name not in self._measured:
            self._measuring.add(name)
            self._measured[name] = self._measure(self._fragments[name].selection_set)
            self._measuring.discard(name)
        return self._measured[name]

    def _roots(self, selections: SelectionSetNode, seen: frozenset[str] = frozenset()) -> int:
        number = 0
        for node in selections.selections:
            if isinstance(node, FieldNode):
                number += 1
            elif isinstance(node, InlineFragmentNode):
                number += self._roots(node.selection_set, seen)
            elif isinstance(node, FragmentSpreadNode):
                fragment = self._fragments.get(node.name.value)
                if fragment is not None and node.name.value not in seen:
                    number += self._roots(fragment.selection_set, seen | {node.name.value})
        return number


class _Counter(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.aliases = 0
        self.directives = 0

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        self.aliases += node.alias is not None

    def enter_directive(self, *_: Any) -> None:
        self.directives += 1


class RequestLimits(SchemaExtension):
    """The token limit while parsing; page and batch sizes just before executing."""

    def on_operation(self) -> Iterator[None]:
        """Hand the token limit to the parser."""
        self.execution_context.parse_options["max_tokens"] = MAX_TOKENS
        yield

    def on_validate(self) -> Iterator[None]:
        """After the document's own rules, look at the sizes its variables ask for."""
        yield
        context = self.execution_context
        document = context.graphql_document
        if document is not None and not context.pre_execution_errors:
            context.pre_execution_errors = list(_oversized(document, context.variables or {}))


def _oversized(document: DocumentNode, variables: Mapping[str, Any]) -> Iterator[GraphQLError]:
    arguments: list[ArgumentNode] = []
    defaults = {
        definition.variable.name.value: definition.default_value
        for operation in document.definitions
        if isinstance(operation, OperationDefinitionNode)
        for definition in operation.variable_definitions or ()
    }

    class Arguments(Visitor):
        def enter_argument(self, node: ArgumentNode, *_: Any) -> None:
            if node.name.value in {"first", "ids"}:
                arguments.append(node)

    visit(document, Arguments())
    for argument in arguments:
        name, value = argument.name.value, _value(argument.value, variables, defaults)
        if name == "first" and isinstance(value, int) and not 1 <= value <= MAX_PAGE:
            message = f"first: a page holds from 1 to {MAX_PAGE} generations."
        elif name == "ids" and isinstance(value, list) and len(value) > MAX_IDS:
            message = f"ids: at most {MAX_IDS} at once."
        else:
            continue
        yield GraphQLError(
            message, nodes=argument, extensions={"code": "INVALID_INPUT", "path": [name]}
        )


def _value(
    node: ValueNode | None, variables: Mapping[str, Any], defaults: Mapping[str, ValueNode | None]
) -> object:
    if isinstance(node, VariableNode):
        name = node.name.value
        return variables[name] if name in variables else _value(defaults.get(name), {}, {})
    if isinstance(node, IntValueNode):
        return int(node.value)
    if isinstance(node, ListValueNode):
        return list(node.values)
    return None
