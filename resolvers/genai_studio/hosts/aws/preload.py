"""Load what the first requests to the API would load."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from itertools import combinations
from typing import Any

from graphql import (
    FieldNode,
    GraphQLNonNull,
    GraphQLObjectType,
    OperationDefinitionNode,
    OperationType,
    parse,
    print_ast,
)

from genai_studio.domain.identity import Caller, Owner
from genai_studio.hosts.shared_operations import shared_operations
from genai_studio.schema.context import StudioContext
from genai_studio.schema.documents.field_document import field_document
from genai_studio.schema.strawberry_internals import graphql_schema
from genai_studio.schema.studio_schema import studio_schema
from genai_studio.services.studio import Studio

_CALLER = Caller(Owner("preload"), "preload", 0)

_EVERY_FIELD = "{ ...EveryField }"
"""A spread whose definition is missing selects every field; see `field_document`."""

_QUERIES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("viewer", {}),
    ("models", {}),
    ("generations", {"first": 24}),
    ("generation", {"id": "00000000-0000-7000-8000-000000000000"}),
)


async def preload(
    studio: Studio,
    offline: Callable[[], AbstractContextManager[None]],
    documents: Iterable[str],
) -> None:
    """Load endpoints and serializers of the AWS clients, Pillow, and the given documents.

    No request is sent: the queries are for a user who does not exist.

    Args:
        offline: Returns a context in which AWS calls of the studio return empty results.
        documents: Documents to parse and validate.
    """
    import genai_studio.imaging.decode_upload  # noqa: F401 - imported when an upload is used

    with offline():
        for field, arguments in _QUERIES:
            await studio_schema.execute(
                field_document("Query", field, arguments, _EVERY_FIELD),
                variable_values=arguments,
                context_value=StudioContext(studio, _CALLER),
            )
    for document in documents:
        await studio_schema.prepare(document)


def client_documents() -> Iterable[str]:
    """Return the documents of the clients."""
    return shared_operations().values()


def resolver_documents() -> Iterator[str]:
    """Yield the documents that `field_document` makes of the clients' operations in AppSync."""
    for text in shared_operations().values():
        for operation in parse(text).definitions:
            if not isinstance(operation, OperationDefinitionNode):
                continue
            if operation.operation is OperationType.SUBSCRIPTION:  # AppSync serves them itself
                continue
            for root in operation.selection_set.selections:
                if isinstance(root, FieldNode):
                    yield from _of_root_field(operation.operation, root)


def _of_root_field(operation: OperationType, root: FieldNode) -> Iterator[str]:
    """Yield one document for each set of optional arguments that the client may send."""
    parent, field = operation.value.capitalize(), root.name.value
    selection = print_ast(root.selection_set) if root.selection_set else ""
    root_type = graphql_schema(studio_schema).type_map[parent]
    types = root_type.fields[field].args if isinstance(root_type, GraphQLObjectType) else {}
    used = [argument.name.value for argument in root.arguments or ()]
    required = [name for name in used if isinstance(types[name].type, GraphQLNonNull)]
    optional = [name for name in used if name not in required]
    for count in range(len(optional) + 1):
        for chosen in combinations(optional, count):
            arguments = dict.fromkeys([*required, *chosen])
            yield field_document(parent, field, arguments, selection)
