"""Expensive documents are rejected before any resolver runs.

The documents include the attacks of graphql-armor and graphql-cop, and attacks on
this implementation.
"""

from __future__ import annotations

from typing import Any

import pytest
from graphql import get_introspection_query

from genai_studio.schema.context import StudioContext
from genai_studio.schema.documents.document_cache import MAX_ERRORS
from genai_studio.schema.limits.document_limits import MAX_CHARACTERS, MAX_LIST
from genai_studio.schema.studio_schema import studio_schema
from tests.builders import a_caller
from tests.fakes.studio import FakeStudio, a_studio

pytestmark = pytest.mark.anyio

VIEWER = "viewer { id }"


@pytest.fixture
def fakes() -> FakeStudio:
    return a_studio()


async def errors_of(
    fakes: FakeStudio,
    document: str,
    variables: dict[str, Any] | None = None,
    operation_name: str | None = None,
) -> list[dict[str, Any]]:
    """Return the formatted errors, which `execute` and `stream` must agree on."""
    context = StudioContext(fakes.studio, a_caller())
    executed = await studio_schema.execute(
        document,
        variable_values=variables,
        context_value=context,
        operation_name=operation_name,
    )
    streamed = [
        result
        async for result in await studio_schema.stream(
            document,
            variable_values=variables,
            context_value=context,
            operation_name=operation_name,
        )
    ]
    formatted = [error.formatted for error in executed.errors or ()]
    assert [error.formatted for error in streamed[0].errors or ()] == formatted
    return formatted  # type: ignore[return-value]


def chain(length: int) -> str:
    """Return fragments that each spread the next."""
    links = [f"fragment F{n} on Query {{ ...F{n + 1} }}" for n in range(length)]
    return "{ ...F0 } " + " ".join(links) + f" fragment F{length} on Query {{ {VIEWER} }}"


def bomb(levels: int) -> str:
    """Return fragments that each spread the next twice: 2 ** levels fields."""
    links = [f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(levels)]
    return "{ ...F0 } " + " ".join(links) + f" fragment F{levels} on Query {{ {VIEWER} }}"


TOO_LARGE = {
    "aliases": "{ " + " ".join(f"a{n}: {VIEWER}" for n in range(16)) + " }",
    "nested aliases": "{ viewer { " + " ".join(f"a{n}: id" for n in range(300)) + " } }",
    "directives": "{ viewer { id " + "@include(if: true) " * 21 + "} }",
    "unknown directives": "{ viewer { id " + "@x" * 400 + "} }",
    "repeated field": "{ viewer { " + "id " * 501 + "} }",
    "repeated object": "{ " + f"{VIEWER} " * 11 + "}",
    "root fields by fragments": "{ "
    + "...F " * 11
    + "} fragment F on Query { "
    + f"{VIEWER} " * 2
    + "}",
    "nested inline fragments": "{ " + "... on Query { " * 30 + VIEWER + " }" * 30 + " }",
    "a hundred inline fragments": "{ " + "... { " * 100 + VIEWER + " }" * 100 + " }",
    "a fragment bomb": bomb(20),
    "a short fragment bomb": bomb(8),
    "a chain of fragments": chain(31),
    "fragments": "{ viewer { id } } "
    + " ".join(f"fragment F{n} on Query {{ {VIEWER} }}" for n in range(31)),
    "spreads": "{ " + "...F " * 101 + "} fragment F on Query { __typename }",
    "operations": " ".join(f"query Q{n} {{ {VIEWER} }}" for n in range(21)),
    "a long list": "mutation { purgeGenerations(ids: ["
    + '"x" ' * (MAX_LIST + 1)
    + "]) { purgedIds } }",
    "a long list as default": "mutation ($ids: [ID!]! = ["
    + '"x" ' * (MAX_LIST + 1)
    + "]) { purgeGenerations(ids: $ids) { purgedIds } }",
    "a long list within an input": "{ generations(filter: { statuses: ["
    + "QUEUED " * (MAX_LIST + 1)
    + "] }) { edges { cursor } } }",
}

BEYOND_PARSER_LIMITS = {
    "tokens": "{ viewer { " + "id " * 2_000 + "} }",
    "comments": "#\n" * 201 + "{ viewer { id } }",
    "characters": "{ viewer { id } }" + " " * MAX_CHARACTERS,
    "10,000 nested braces": "{ a" * 10_000,
    "600 nested braces, closed": "{a" * 600 + "}" * 600,
    "10,000 nested lists": "{ generations(filter: " + "[" * 10_000,
    "700 nested lists, closed": "{ a(b: " + "[" * 700 + "]" * 700 + ") }",
    "700 nested objects": "{ a(b: " + "{c:" * 600 + "1" + "}" * 600 + ") }",
    "900 nested list types": "query ($a: " + "[" * 900 + "Int" + "]" * 900 + ") { viewer { id } }",
}

INVALID = {
    "a fragment that spreads itself": "{ ...F } fragment F on Query { viewer { id } ...F }",
    "a cycle of fragments": "{ ...F } fragment F on Query { ...G } fragment G on Query { ...F }",
    "circular introspection": "{ __schema { types { fields { type { fields { type { fields"
    " { name } } } } } } } }",
    "an integer of 4,000 digits": "{ generations(first: "
    + "9" * 4_000
    + ") { edges { cursor } } }",
    "an integer of 40,000 digits": "{ generations(first: "
    + "9" * 40_000
    + ") { edges { cursor } } }",
    "a seed beyond 32 bits": "mutation { generateImage(input: "
    '{ prompt: "x", seed: 99999999999 }) { userErrors { code } } }',
    "unpaired surrogate": '{ generations(filter: { text: "\\ud800" }) { edges { cursor } } }',
}


@pytest.mark.parametrize("document", TOO_LARGE.values(), ids=TOO_LARGE.keys())
async def test_rejects_oversized_document(fakes: FakeStudio, document: str) -> None:
    errors = await errors_of(fakes, document)

    assert errors
    assert {error["extensions"]["code"] for error in errors} == {"DOCUMENT_TOO_LARGE"}
    assert all(len(error["message"]) < 100 for error in errors)
    assert fakes.records.calls == []


@pytest.mark.parametrize("document", BEYOND_PARSER_LIMITS.values(), ids=BEYOND_PARSER_LIMITS.keys())
async def test_does_not_parse_beyond_parser_limits(fakes: FakeStudio, document: str) -> None:
    (error,) = await errors_of(fakes, document)

    assert error["message"].startswith("Syntax Error")
    assert "aborted" in error["message"]
    assert fakes.records.calls == []


@pytest.mark.parametrize("document", INVALID.values(), ids=INVALID.keys())
async def test_explains_invalid_document(fakes: FakeStudio, document: str) -> None:
    errors = await errors_of(fakes, document)

    assert errors
    assert all("reference" not in error["message"] for error in errors)
    assert fakes.records.calls == []


LITERAL = "{ generations(first: %s) { edges { cursor } } }"
PAGES = "query ($n: Int) { generations(first: $n) { edges { cursor } } }"
WITH_DEFAULT = "query ($n: Int = 1000) { generations(first: $n) { edges { cursor } } }"
TWO = (
    "query A($n: Int = 1000) { generations(first: $n) { edges { cursor } } }"
    " query B($n: Int = 1) { generations(first: $n) { edges { cursor } } }"
)
NESTED: Any = "x"
for _ in range(60):
    NESTED = [NESTED]

OVERSIZED: dict[str, tuple[str, dict[str, Any] | None, str | None]] = {
    "a literal": (LITERAL % 101, None, None),
    "zero": (LITERAL % 0, None, None),
    "less than zero": (LITERAL % -1, None, None),
    "a variable": (PAGES, {"n": 101}, None),
    "a variable that is a float": (PAGES, {"n": 1000.0}, None),
    "a default": (WITH_DEFAULT, None, None),
    "the default of the operation that runs": (TWO, None, "A"),
    "one alias of two": (
        "{ a: viewer { id } b: generations(first: 101) { edges { cursor } } }",
        None,
        None,
    ),
    "in a fragment": (
        "query ($n: Int) { ...F } fragment F on Query { generations(first: $n) { __typename } }",
        {"n": 101},
        None,
    ),
    "a list of ids": (
        "mutation ($ids: [ID!]!) { purgeGenerations(ids: $ids) { purgedIds } }",
        {"ids": ["x"] * 101},
        None,
    ),
    "a list within an input": (
        "query ($f: GenerationFilter) { generations(filter: $f) { edges { cursor } } }",
        {"f": {"statuses": ["QUEUED"] * 101}},
        None,
    ),
    "an object with 101 fields": (
        "query ($f: GenerationFilter) { generations(filter: $f) { edges { cursor } } }",
        {"f": {f"text{number}": "x" for number in range(101)}},
        None,
    ),
    "a value that is nested deeply": (PAGES, {"n": 1, "other": NESTED}, None),
    "unpaired surrogate": (
        "query ($f: GenerationFilter) { generations(filter: $f) { edges { cursor } } }",
        {"f": {"text": "\ud800"}},
        None,
    ),
    "unpaired surrogate in a model": (
        "query ($f: GenerationFilter) { generations(filter: $f) { edges { cursor } } }",
        {"f": {"model": "\ud800"}},
        None,
    ),
    "unpaired surrogate in a parent": (
        "query ($f: GenerationFilter) { generations(filter: $f) { edges { cursor } } }",
        {"f": {"parentId": "\ud800"}},
        None,
    ),
}


@pytest.mark.parametrize(
    ("document", "variables", "operation_name"), OVERSIZED.values(), ids=OVERSIZED.keys()
)
async def test_limits_page_sizes_from_every_source(
    fakes: FakeStudio, document: str, variables: dict[str, Any] | None, operation_name: str | None
) -> None:
    errors = await errors_of(fakes, document, variables, operation_name)

    assert {error["extensions"]["code"] for error in errors} == {"INVALID_INPUT"}
    assert fakes.records.calls == []


async def test_limits_number_of_validation_errors(fakes: FakeStudio) -> None:
    unknown = " ".join(f"prompt{number}: 1" for number in range(400))
    document = f"mutation {{ generateImage(input: {{ {unknown} }}) {{ userErrors {{ code }} }} }}"

    errors = await errors_of(fakes, document)

    assert len(errors) == MAX_ERRORS + 1
    assert "error limit reached" in errors[-1]["message"]


async def test_rejects_variables_of_wrong_type(fakes: FakeStudio) -> None:
    for value in ("1000", [1000], {"n": 1000}, 1000.5, True, 10**30, float("inf"), -(10**30)):
        assert await errors_of(fakes, PAGES, {"n": value})
    assert fakes.records.calls == []


@pytest.mark.parametrize(
    ("document", "variables", "operation_name"),
    [
        (PAGES, {"n": 100}, None),
        (PAGES, {"n": None}, None),
        (PAGES, None, None),
        (LITERAL % 100, None, None),
        (TWO, None, "B"),
        (TWO, {"n": 50}, "A"),
    ],
)
async def test_accepts_document_within_limits(
    fakes: FakeStudio, document: str, variables: dict[str, Any] | None, operation_name: str | None
) -> None:
    assert await errors_of(fakes, document, variables, operation_name) == []
    assert fakes.records.calls == ["page", "page"]


@pytest.mark.parametrize("type_depth", [9])
async def test_accepts_full_introspection(fakes: FakeStudio, type_depth: int) -> None:
    everything = get_introspection_query(
        descriptions=True,
        specified_by_url=True,
        directive_is_repeatable=True,
        schema_description=True,
        input_value_deprecation=True,
    )
    nested = "ofType { kind name " * type_depth + "}" * type_depth
    by_hand = (
        f"{{ __schema {{ types {{ fields {{ args {{ type {{ kind name {nested} }} }} }} }} }} }}"
    )

    assert await errors_of(fakes, everything) == []
    assert await errors_of(fakes, by_hand) == []


async def test_introspection_depth_does_not_apply_to_data(fakes: FakeStudio) -> None:
    nested = "ofType { kind " * 9 + "}" * 9
    schema_part = f"__schema {{ types {{ fields {{ args {{ type {{ kind {nested} }} }} }} }} }}"
    mixed = f"{{ {VIEWER} {schema_part} }}"

    (error,) = await errors_of(fakes, mixed)

    assert error["extensions"] == {"code": "DOCUMENT_TOO_LARGE"}
