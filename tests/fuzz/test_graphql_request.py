"""GraphQL requests: body, query string, Accept header and document."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from starlette.types import Message

from genai_studio.catalog_file import read_models
from genai_studio.domain.catalog import Catalog
from genai_studio.domain.search.terms import index_terms, query_terms
from genai_studio.hosts.asgi.graphql.accept import negotiate
from genai_studio.hosts.asgi.graphql.http_request import HttpRequest
from genai_studio.hosts.asgi.graphql.request import HttpError, read_parameters
from genai_studio.hosts.asgi.options import AsgiOptions
from genai_studio.schema.context import StudioContext
from genai_studio.schema.limits.document_limits import MAX_CHARACTERS
from genai_studio.schema.studio_schema import studio_schema
from tests.builders import a_caller
from tests.fakes.studio import a_studio
from tests.fuzz.fuzzing import assert_bounded_cost, fuzz, no_bug_logged, repeat
from tests.fuzz.inputs import JSON_VALUES, TEXTS, mutated_bytes, mutated_json, mutated_text

CATALOG = Catalog(read_models())
OPTIONS = AsgiOptions(version="9.9.9")
OPERATIONS = tuple(
    path.read_text("utf-8")
    for path in sorted((Path(__file__).parents[2] / "graphql" / "operations").glob("*.graphql"))
)
VARIABLES: dict[str, Any] = {
    "id": "019a1b2c-3d4e-7f60-8a1b-2c3d4e5f6071",
    "ids": ["019a1b2c-3d4e-7f60-8a1b-2c3d4e5f6071"],
    "first": 10,
    "after": "MDE5YTFiMmMtM2Q0ZS03ZjYwLThhMWItMmMzZDRlNWY2MDcx",
    "favorite": True,
    "board": "019a1b2c-3d4e-7f60-8a1b-2c3d4e5f6072",
    "name": "Red things",
    "value": True,
    "filter": {"text": "red apple", "statuses": ["SUCCEEDED"], "createdFrom": "2026-05-04T12:00Z"},
    "input": {"prompt": "a red apple", "width": 512, "height": 512, "seed": 7, "count": 2},
}
BODIES = tuple(
    json.dumps({"query": document, "variables": VARIABLES, "extensions": {}}).encode()
    for document in OPERATIONS[:4]
)
HEADERS = st.sampled_from(
    [
        "application/json",
        "application/json; charset=utf-16",
        'application/json; charset="utf-8',
        ";",
        "text/plain",
        "application/json;charset",
    ]
)


async def read(
    body: bytes, method: str = "POST", media_type: str = "application/json", query: bytes = b""
) -> None:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    scope = {
        "type": "http",
        "method": method,
        "path": "/graphql",
        "query_string": query,
        "headers": [(b"content-type", media_type.encode())],
    }
    with suppress(HttpError):
        await read_parameters(HttpRequest(scope, receive), OPTIONS)


@fuzz(
    mutated_bytes(BODIES)
    | mutated_json(tuple(map(json.loads, BODIES))).map(lambda value: json.dumps(value).encode())
    | st.binary(max_size=200),
    HEADERS,
)
def test_body(body: bytes, media_type: str) -> None:
    asyncio.run(read(body, "POST", media_type))


@fuzz(
    mutated_bytes(
        (b"query=%7Bviewer%7Bid%7D%7D&variables=%7B%7D&operationName=Q&extensions=%7B%7D",)
    )
)
def test_query_string(query: bytes) -> None:
    asyncio.run(read(b"", "GET", query=query))


@fuzz(mutated_text("application/graphql-response+json; q=0.9, application/json;charset=utf-8, */*"))
def test_accept_header(accept: str) -> None:
    assert negotiate(accept) in {None, "application/json", "application/graphql-response+json"}


def execute(document: str, variables: dict[str, Any] | None = None) -> Any:
    context = StudioContext(a_studio(catalog=CATALOG).studio, a_caller())
    return asyncio.run(
        studio_schema.execute(document, variable_values=variables, context_value=context)
    )


@fuzz(
    mutated_text(*OPERATIONS).filter(bool),  # The hosts refuse an empty document.
    mutated_json((VARIABLES,)).filter(lambda it: isinstance(it, dict)),
    examples=150,
)
def test_document(document: str, variables: dict[str, Any]) -> None:
    with no_bug_logged():
        result = execute(document, variables)
    codes = {(error.extensions or {}).get("code") for error in result.errors or ()}
    assert "INTERNAL" not in codes


@fuzz(st.dictionaries(TEXTS, JSON_VALUES, max_size=3), examples=150)
def test_filter(conditions: dict[str, Any]) -> None:
    document = "query Q($f: GenerationFilter) { generations(filter: $f) { edges { cursor } } }"
    with no_bug_logged():
        execute(document, {"f": VARIABLES["filter"] | conditions})


@fuzz(TEXTS | mutated_text("红苹果 red apple ガギグ ﬁn"))
def test_search_text(text: str) -> None:
    query_terms(text)
    index_terms(text)


def test_cost_of_bodies() -> None:
    def parse(body: bytes) -> None:
        asyncio.run(read(body))

    for begin, middle, end in (
        (b"", b"[", b""),
        (b'{"query": "', b"a", b'"}'),
        (b'{"query": "x", "variables": {', b'"a":1,', b'"b":2}}'),
        (b"", b"9", b""),
        (b'{"query": "', b"\\ud800", b'"}'),
    ):
        assert_bounded_cost(parse, repeat(middle, begin, end), OPTIONS.max_body_bytes)


def test_cost_of_documents() -> None:
    for begin, middle, end in (
        ("{", "a{", ""),
        ("{", "...F ", "} fragment F on Query { viewer { id } }"),
        ("{", "viewer { id } ", "}"),
        ("{ viewer ", "@skip(if: true) ", "{ id } }"),
        ('{ generations(filter: {text: "', "\u0301", '"}) { edges { node { id } } } }'),
        ("", "#\n", "{ viewer { id } }"),
        ("", '"', ""),
    ):
        largest = MAX_CHARACTERS - len(begin) - len(end)
        assert_bounded_cost(execute, repeat(middle, begin, end), largest)
