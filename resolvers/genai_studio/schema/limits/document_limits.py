"""Limits on documents, checked before validation and before any resolver runs.

AppSync has limits of its own; these hold on every host. `value_limits` holds
the limits that depend on the variables of a request.
"""

from __future__ import annotations

from typing import Any

from graphql import DocumentNode, FieldNode, GraphQLError, ListValueNode, Visitor, visit

from genai_studio.schema.limits.expanded_size import ExpandedSize, expanded_sizes

MAX_CHARACTERS = 100_000
"""Characters of a document. Fits a prompt of 10,000 characters as a literal."""
MAX_TOKENS = 2_000
MAX_COMMENTS = 200
MAX_DEPTH = 12
"""Nested fields. The schema's own types nest 5 deep."""
MAX_INTROSPECTION_DEPTH = 16
"""Nested introspection fields. Common tools send nine nested `ofType` fields."""
MAX_NESTING = 20
"""Nested braces as written, before fragments are expanded."""
MAX_ALIASES = 15
MAX_DIRECTIVES = 20
MAX_FIELDS = 500
"""Selected fields in total; a fragment counts once for each spread."""
MAX_ROOT_FIELDS = 10
MAX_FRAGMENTS = 30
MAX_SPREADS = 100
MAX_OPERATIONS = 20
MAX_LIST = 100
"""Values of one list argument, such as `ids`."""
MAX_VALUE_DEPTH = 8
"""Nested objects and lists of a variable. The schema's own inputs nest 2 deep."""

PARSER_LIMITS: dict[str, Any] = {
    "max_lexical_tokens": MAX_TOKENS,
    "max_comments": MAX_COMMENTS,
    "max_source_length": MAX_CHARACTERS,
}
"""Options of `graphql.parse`. The parser itself rejects nesting that would overflow
the interpreter's stack."""


def document_limit_errors(document: DocumentNode) -> list[GraphQLError]:
    """Return one error for each limit that the document exceeds, in linear time."""
    counts = _Counts()
    visit(document, counts)
    as_written = (
        ("levels of nesting", counts.nesting, MAX_NESTING),
        ("aliases", counts.aliases, MAX_ALIASES),
        ("directives", counts.directives, MAX_DIRECTIVES),
        ("fields", counts.fields, MAX_FIELDS),
        ("fragments", counts.fragments, MAX_FRAGMENTS),
        ("fragment spreads", counts.spreads, MAX_SPREADS),
        ("operations", counts.operations, MAX_OPERATIONS),
        ("values in one list", counts.list, MAX_LIST),
    )
    errors = _errors(as_written)
    # Expand fragments only within these limits.
    return errors or [
        error for size in expanded_sizes(document) for error in _errors(_expanded_limits(size))
    ]


def _expanded_limits(size: ExpandedSize) -> tuple[tuple[str, int, int], ...]:
    max_depth = MAX_INTROSPECTION_DEPTH if size.introspection else MAX_DEPTH
    return (
        ("levels of nesting", size.depth, max_depth),
        ("fields", size.fields, MAX_FIELDS),
        ("root fields", size.roots, MAX_ROOT_FIELDS),
    )


def _errors(measures: tuple[tuple[str, int, int], ...]) -> list[GraphQLError]:
    return [
        GraphQLError(
            f"The document has {number if number < 100 * limit else 'far too many'} {what}; "
            f"at most {limit} are allowed.",
            extensions={"code": "DOCUMENT_TOO_LARGE"},
        )
        for what, number, limit in measures
        if number > limit
    ]


class _Counts(Visitor):
    """Count the nodes of a document as written. `visit` does not recurse."""

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
