"""Parses and validates each document once, however often it is sent.

One cache holds what was parsed together with what its validation found, by the
text of the document: Strawberry's two caches would hash and compare whole
syntax trees for every request, keep megabytes for a long document, and let a
syntax error escape from `Schema.stream`.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from graphql import DocumentNode, GraphQLError, GraphQLSchema, parse, validate
from strawberry.extensions import SchemaExtension

from genai_studio.schema.limits.document_limits import PARSER_LIMITS, too_large
from genai_studio.schema.limits.value_limits import PageSizes, oversized, page_sizes

MAX_CACHED_CHARACTERS = 16_384
"""The longest document that is kept. The project's own have at most 1,500."""


MAX_ERRORS = 20
"""Of one validation. To look for what somebody may have meant takes time for each."""


@dataclass(frozen=True, slots=True)
class Document:
    """A document that was parsed, and what is known about it for good.

    Attributes:
        errors: Why it cannot be executed, whatever its variables are.
        sizes: Where it says how long pages are.
    """

    syntax: DocumentNode
    errors: tuple[GraphQLError, ...]
    sizes: PageSizes


class DocumentCache:
    """The documents of one schema that were used last, at most `most` of them."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._documents: OrderedDict[str, Document] = OrderedDict()

    def get(self, text: str, schema: GraphQLSchema) -> Document:
        """The document of this text.

        Raises:
            GraphQLError: It cannot be parsed, or is too long to be.
        """
        document = self._documents.get(text)
        if document is not None:
            self._documents.move_to_end(text)
            return document
        syntax = parse(text, **PARSER_LIMITS)
        # Some of graphql-core's rules take quadratic time: size comes first.
        errors = tuple(too_large(syntax)) or tuple(validate(schema, syntax, max_errors=MAX_ERRORS))
        document = Document(syntax, errors, page_sizes(syntax))
        if len(text) <= MAX_CACHED_CHARACTERS:
            self._documents[text] = document
            if len(self._documents) > self._most:
                self._documents.popitem(last=False)
        return document

    def __len__(self) -> int:
        return len(self._documents)


class CachedDocuments(SchemaExtension):
    """Takes the place of parsing and validating.

    Args:
        cache: Shared by all requests.
    """

    def __init__(self, cache: DocumentCache) -> None:
        self._cache = cache
        self._document: Document | None = None

    def on_parse(self) -> Iterator[None]:
        """Find the document; one that cannot be parsed is left to Strawberry.

        It fails there in the same way, where that is answered as it should be;
        an error raised here would break off `Schema.stream`.
        """
        context = self.execution_context
        options: dict[str, Any] = dict(PARSER_LIMITS)
        context.parse_options = options  # type: ignore[assignment]  # it knows only `max_tokens`
        if context.query:
            try:
                self._document = self._cache.get(context.query, context.schema._schema)
            except GraphQLError:
                pass
            else:
                context.graphql_document = self._document.syntax
        yield

    def on_validate(self) -> Iterator[None]:
        """Take over what validation found, then look at this request's variables."""
        context = self.execution_context
        if self._document is not None:
            context.pre_execution_errors = list(self._errors(self._document))
        yield

    def _errors(self, document: Document) -> Iterable[GraphQLError]:
        context = self.execution_context
        if document.errors:
            return document.errors
        # Strawberry would run the first of several; the specification forbids to guess.
        if len(document.sizes.defaults) > 1 and context._provided_operation_name is None:
            return [GraphQLError("Say by operationName which of the operations to run.")]
        return oversized(document.sizes, context.operation_name, context.variables or {})
