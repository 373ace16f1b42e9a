"""What a document may cost, checked before it is validated or any resolver runs.

AppSync has limits of its own; these hold on every host. Those of values, which
only a request can break, are in `values`.
"""

from __future__ import annotations

from typing import Any

from graphql import DocumentNode, FieldNode, GraphQLError, ListValueNode, Visitor, visit

from genai_studio.schema.limits.weight import Weight, weigh

MAX_CHARACTERS = 100_000
"""Of a document. A prompt of 10,000 characters fits even as a literal."""
MAX_TOKENS = 2_000
MAX_COMMENTS = 200
MAX_DEPTH = 12
"""Nested fields. The deepest that people's data goes is 5."""
MAX_INTROSPECTION_DEPTH = 16
"""Tools ask for nine nested `ofType`s."""
MAX_NESTING = 20
"""Nested braces as written, before fragments are spread."""
MAX_ALIASES = 15
MAX_DIRECTIVES = 20
MAX_FIELDS = 500
"""Fields selected in all, each fragment counted wherever it is spread."""
MAX_ROOT_FIELDS = 10
MAX_FRAGMENTS = 30
MAX_SPREADS = 100
MAX_OPERATIONS = 20
MAX_LIST = 100
"""Values in any list of the arguments, `ids` above all."""
MAX_VALUE_DEPTH = 8
"""Nested objects and lists in a variable. The contract's own go 2 deep."""

PARSER_LIMITS: dict[str, Any] = {
    "max_lexical_tokens": MAX_TOKENS,
    "max_comments": MAX_COMMENTS,
    "max_source_length": MAX_CHARACTERS,
}
"""Options of `graphql.parse`, which gives up by itself on a nesting that the
interpreter's stack cannot hold."""


def too_large(document: DocumentNode) -> list[GraphQLError]:
    """One error for each limit that the document breaks, found in linear time."""
    count = _Count()
    visit(document, count)
    as_written = (
        ("levels of nesting", count.nesting, MAX_NESTING),
        ("aliases", count.aliases, MAX_ALIASES),
        ("directives", count.directives, MAX_DIRECTIVES),
        ("fields", count.fields, MAX_FIELDS),
        ("fragments", count.fragments, MAX_FRAGMENTS),
        ("fragment spreads", count.spreads, MAX_SPREADS),
        ("operations", count.operations, MAX_OPERATIONS),
        ("values in one list", count.list, MAX_LIST),
    )
    errors = _refusals(as_written)
    # What is within these can be followed through its fragments safely.
    return errors or [error for weight in weigh(document) for error in _refusals(_limits(weight))]


def _limits(weight: Weight) -> tuple[tuple[str, int, int], ...]:
    depth = MAX_INTROSPECTION_DEPTH if weight.introspection else MAX_DEPTH
    return (
        ("levels of nesting", weight.depth, depth),
        ("fields", weight.fields, MAX_FIELDS),
        ("root fields", weight.roots, MAX_ROOT_FIELDS),
    )


def _refusals(measures: tuple[tuple[str, int, int], ...]) -> list[GraphQLError]:
    return [
        GraphQLError(
            f"This document has {number if number < 100 * limit else 'far too many'} {what}; "
            f"at most {limit} are allowed.",
            extensions={"code": "DOCUMENT_TOO_LARGE"},
        )
        for what, number, limit in measures
        if number > limit
    ]


class _Count(Visitor):
    """Counts what is written in a document; `visit` needs no stack for it."""

    def __init__(self) -> None:
        super().__init__()
        self.aliases = self.directives = self.fields = 0
        self.fragments = self.spreads = self.operations = 0
        self.list = self.nesting = self._open = 0

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        self.fields += 1
        self.aliases += node.alias is not None

    def enter_directive(self, *_: Any) -> None:
        self.directives += 1

    def enter_fragment_definition(self, *_: Any) -> None:
        self.fragments += 1

    def enter_fragment_spread(self, *_: Any) -> None:
        self.spreads += 1

    def enter_operation_definition(self, *_: Any) -> None:
        self.operations += 1

    def enter_list_value(self, node: ListValueNode, *_: Any) -> None:
        self.list = max(self.list, len(node.values))

    def enter_selection_set(self, *_: Any) -> None:
        self._open += 1
        self.nesting = max(self.nesting, self._open)

    def leave_selection_set(self, *_: Any) -> None:
        self._open -= 1
