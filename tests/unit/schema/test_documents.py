"""Documents are parsed and validated once, and the cache is bounded."""

from __future__ import annotations

import gc
import tracemalloc
from collections import Counter
from typing import Any

import pytest
from graphql import GraphQLError
from strawberry.schema import schema as strawberry_schema

from genai_studio.schema.context import StudioContext
from genai_studio.schema.documents import document_cache
from genai_studio.schema.documents.document_cache import MAX_CACHED_CHARACTERS, DocumentCache
from genai_studio.schema.strawberry_internals import graphql_schema
from genai_studio.schema.studio_schema import MAX_CACHED_DOCUMENTS, studio_schema
from genai_studio.schema.studio_schema import document_cache as shared_cache
from tests.builders import a_caller
from tests.fakes.studio import a_studio

pytestmark = pytest.mark.anyio


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Count calls of graphql-core's parser and validator from all callers."""
    calls: Counter[str] = Counter()

    def counted(module: Any, name: str) -> None:
        original = getattr(module, name)

        def count(*args: Any, **kwargs: Any) -> Any:
            calls[name] += 1
            return original(*args, **kwargs)

        monkeypatch.setattr(module, name, count)

    counted(document_cache, "parse")
    counted(document_cache, "validate")
    counted(strawberry_schema, "parse")
    counted(strawberry_schema, "validate")
    return calls


async def run(document: str, **variables: Any) -> Any:
    context = StudioContext(a_studio().studio, a_caller())
    return await studio_schema.execute(document, variable_values=variables, context_value=context)


async def test_parses_and_validates_a_document_once(work: Counter[str]) -> None:
    document = "query OnceAlone($id: ID!) { generation(id: $id) { id } }"
    for number in range(5):
        assert (await run(document, id=str(number))).data == {"generation": None}

    assert work == {"parse": 1, "validate": 1}


async def test_stream_uses_the_cache(work: Counter[str]) -> None:
    document = "query OnceByStream { viewer { id } }"
    context = StudioContext(a_studio().studio, a_caller())
    for _ in range(3):
        results = [one async for one in await studio_schema.stream(document, context_value=context)]
        assert results[0].data

    assert work == {"parse": 1, "validate": 1}


async def test_validates_an_invalid_document_once(work: Counter[str]) -> None:
    for _ in range(3):
        assert (await run("query OnceInvalid { nope }")).errors

    assert work == {"parse": 1, "validate": 1}


async def test_does_not_validate_oversized_document(work: Counter[str]) -> None:
    document = "query TooLarge { viewer { " + "id " * 600 + "} }"
    for _ in range(3):
        assert (await run(document)).errors

    assert work == {"parse": 1}


async def test_cache_evicts_beyond_its_size() -> None:
    for number in range(MAX_CACHED_DOCUMENTS + 50):
        await run(f"query Distinct{number} {{ __typename }}")

    assert len(shared_cache) == MAX_CACHED_DOCUMENTS


async def test_cache_keeps_recently_used_documents(work: Counter[str]) -> None:
    cache = DocumentCache(2)
    for text in ("{ a: __typename }", "{ b: __typename }", "{ a: __typename }"):
        cache.get(text, graphql_schema(studio_schema))
    cache.get("{ c: __typename }", graphql_schema(studio_schema))
    before = work["parse"]
    cache.get("{ a: __typename }", graphql_schema(studio_schema))

    assert (len(cache), work["parse"]) == (2, before)


async def test_does_not_cache_long_documents() -> None:
    before = len(shared_cache)
    document = "query Long { viewer { id } }" + " " * MAX_CACHED_CHARACTERS
    assert (await run(document)).data

    assert len(shared_cache) == before or document not in shared_cache._documents


def test_distinct_documents_do_not_leak_memory() -> None:
    cache = DocumentCache(8)

    def load_distinct_documents(first: int) -> int:
        for number in range(first, first + 12):
            cache.get(f"query S{number} {{ a{number}: __typename }}", graphql_schema(studio_schema))
            cache.get(f"{{ a{number}: __typename }}" + " " * 17_000, graphql_schema(studio_schema))
            with pytest.raises(GraphQLError):
                cache.get(
                    f"query S{number} {{ a{number}: " + "x" * 17_000, graphql_schema(studio_schema)
                )
        gc.collect()
        return tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    try:
        settled = load_distinct_documents(1_000)
        assert load_distinct_documents(2_000) - settled < 50_000
    finally:
        tracemalloc.stop()
