"""A cache of parsed and validated documents.

One cache, keyed by the text of the document, holds both the syntax tree and its
validation errors. Strawberry's two caches do not fit: they hash and compare
whole syntax trees for every request, keep megabytes for a long document, and
let a syntax error escape from `Schema.stream`.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    parse,
    validate,
)
from strawberry.extensions import SchemaExtension
from strawberry.types.graphql import OperationType

from genai_studio.schema.compiled.compiled_selections import CompiledSelections
from genai_studio.schema.limits.document_limits import PARSER_LIMITS, document_limit_errors
from genai_studio.schema.limits.text_limits import TextArguments
from genai_studio.schema.limits.value_limits import PageSizes, find_page_sizes, value_limit_errors
from genai_studio.schema.strawberry_internals import (
    graphql_schema,
    requested_operation_name,
    set_document,
    set_parser_limits,
    set_validation_errors,
)

MAX_CACHED_CHARACTERS = 16_384
"""Longer documents are not cached. The studio's own have at most 1,500 characters."""


PARSERS = 2
"""Threads of `DocumentCache.prepare`."""

MAX_ERRORS = 20
"""Validation errors of one document. graphql-core searches for suggestions for each error."""


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed document and the facts that hold for every request with it.

    Attributes:
        syntax: The syntax tree.
        errors: Limit or validation errors; empty if the document can be executed.
        page_sizes: The page size arguments, checked against each request's variables.
        operations: The type of each operation by its name.
        selections: The compiled functions; None for a document that is not cached.
        texts: The arguments that use variables, for the limits on their lengths.
    """

    syntax: DocumentNode
    errors: tuple[GraphQLError, ...]
    page_sizes: PageSizes
    operations: Mapping[str | None, OperationType]
    selections: CompiledSelections | None
    texts: TextArguments

    def operation_name(self, requested: str | None) -> str | None:
        """Return the name of the only operation if the request names none."""
        if requested is None and len(self.operations) == 1:
            return next(iter(self.operations))
        return requested

    def operation_type(self, requested: str | None) -> OperationType | None:
        """Return the type of the requested operation; None if it is unknown or ambiguous."""
        return self.operations.get(self.operation_name(requested))

    def is_subscription(self, requested: str | None) -> bool:
        """Return whether the requested operation is a subscription."""
        return self.operation_type(requested) is OperationType.SUBSCRIPTION


class DocumentCache:
    """A least-recently-used cache of the documents of one schema.

    Args:
        max_documents: Documents to keep.
    """

    def __init__(self, max_documents: int) -> None:
        self._max_documents = max_documents
        self._documents: OrderedDict[str, Document] = OrderedDict()
        # What `prepare` found, if it is not cached.
        self._latest: tuple[str, Document | GraphQLError] | None = None
        self._parsing = ThreadPoolExecutor(PARSERS, thread_name_prefix="documents")

    def __contains__(self, text: object) -> bool:
        return text in self._documents

    async def prepare(self, text: str, schema: GraphQLSchema) -> None:
        """Parse and validate a document in a thread. The next `get` returns the result.

        The event loop continues meanwhile: a hostile document takes as long as 50 requests.
        """
        loop = asyncio.get_running_loop()
        try:
            document = await loop.run_in_executor(self._parsing, _parsed, text, schema)
        except GraphQLError as error:
            self._latest = (text, error)
        else:
            self._keep(text, document)

    def get(self, text: str, schema: GraphQLSchema) -> Document:
        """Return the document for this text; parse and validate it on a cache miss.

        Raises:
            GraphQLError: The text has a syntax error or exceeds a parser limit.
        """
        document = self._documents.get(text)
        if document is not None:
            self._documents.move_to_end(text)
            return document
        if self._latest is not None and self._latest[0] == text:
            if isinstance(self._latest[1], GraphQLError):
                raise self._latest[1]
            return self._latest[1]
        document = _parsed(text, schema)
        self._keep(text, document)
        return document

    def _keep(self, text: str, document: Document) -> None:
        if len(text) > MAX_CACHED_CHARACTERS:
            self._latest = (text, document)
            return
        self._documents[text] = document
        if len(self._documents) > self._max_documents:
            self._documents.popitem(last=False)

    def __len__(self) -> int:
        return len(self._documents)


def _parsed(text: str, schema: GraphQLSchema) -> Document:
    syntax = parse(text, **PARSER_LIMITS)
    # Some of graphql-core's rules take quadratic time, so the size limits go first.
    texts = TextArguments(syntax)
    errors = (
        tuple(document_limit_errors(syntax))
        or tuple(texts.errors)
        or tuple(validate(schema, syntax, max_errors=MAX_ERRORS))
    )
    cached = len(text) <= MAX_CACHED_CHARACTERS
    return Document(
        syntax,
        errors,
        find_page_sizes(syntax),
        _operation_types(syntax),
        CompiledSelections(syntax) if cached and not errors else None,
        texts,
    )


def _operation_types(document: DocumentNode) -> Mapping[str | None, OperationType]:
    return {
        node.name.value if node.name else None: OperationType(node.operation.value)
        for node in document.definitions
        if isinstance(node, OperationDefinitionNode)
    }


class CachedDocuments(SchemaExtension):
    """Replace Strawberry's parsing and validation by lookups in a cache.

    Args:
        cache: Shared by all requests.
    """

    def __init__(self, cache: DocumentCache) -> None:
        self._cache = cache
        self._document: Document | None = None

    def on_parse(self) -> Iterator[None]:
        """Look up the document.

        On a syntax error, let Strawberry parse the document and report the same
        error: an exception raised here would abort `Schema.stream`.
        """
        context = self.execution_context
        set_parser_limits(context, PARSER_LIMITS)
        if context.query:
            try:
                self._document = self._cache.get(context.query, graphql_schema(context.schema))
            except GraphQLError:
                pass
            else:
                set_document(context, self._document.syntax)
        yield

    def on_validate(self) -> Iterator[None]:
        """Report the cached validation errors, or check the variables of this request."""
        if self._document is not None:
            set_validation_errors(self.execution_context, self._errors(self._document))
        yield

    def _errors(self, document: Document) -> Iterable[GraphQLError]:
        context = self.execution_context
        if document.errors:
            return document.errors
        # Strawberry would run the first operation; the specification requires an error.
        if len(document.page_sizes.defaults) > 1 and requested_operation_name(context) is None:
            return [
                GraphQLError(
                    "The document has several operations. Set `operationName` to the one to run."
                )
            ]
        return value_limit_errors(
            document.page_sizes, document.texts, context.operation_name, context.variables or {}
        )
