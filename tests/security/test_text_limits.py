"""No text of a request costs more than linear work, however long or hostile it is."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    get_named_type,
)

from genai_studio.catalog_file import MAX_BYTES, read_models
from genai_studio.domain.errors import InvalidInput, StudioUnavailable
from genai_studio.domain.history import HistoryFilter, HistoryQuery
from genai_studio.hosts.aws.appsync import resolve
from genai_studio.local.identity import MAX_USERNAME, LocalIdentity
from genai_studio.normalization import MAX_MARKS, nfkc
from genai_studio.schema.context import StudioContext
from genai_studio.schema.strawberry_internals import graphql_schema
from genai_studio.schema.studio_schema import studio_schema
from genai_studio.system_clock import SystemClock
from tests.builders import a_caller
from tests.fakes.studio import a_studio

pytestmark = pytest.mark.anyio

MAX_SECONDS = 0.5
"""Linear work on the longest accepted text takes a few milliseconds of CPU."""

SCHEMA = graphql_schema(studio_schema)
OTHER_VALUES = {"Boolean": "true", "ID": '"x"', "String": '"x"'}
SCALARS = {"String", "ID", "AWSDateTime", "AWSJSON"}


def marks(length: int) -> str:
    """Return combining marks in an order that normalization must sort."""
    return "a" + "\u0301" * (length // 2) + "\u0316" * (length - length // 2)


HOSTILE = {
    "combining marks": marks(90_000),
    "spaces": " " * 90_000,
    "words": "word " * 18_000,
    "digits": "9" * 90_000,
    "dashes": "0" * 8 + "-" * 89_992,
    "base64": "A" * 90_000,
    "Han": "苹" * 90_000,
}


def text_arguments() -> Iterator[tuple[str, str, tuple[str, ...], GraphQLInputType]]:
    """Yield operation type, root field, path and type of every text that a client can send."""
    for root in (SCHEMA.query_type, SCHEMA.mutation_type, SCHEMA.subscription_type):
        assert root is not None
        for name, definition in root.fields.items():
            for argument, part in definition.args.items():
                for path in text_paths(part.type, (argument,)):
                    yield root.name.lower(), name, path, part.type


def text_paths(of: GraphQLInputType, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    named = get_named_type(of)
    if isinstance(named, GraphQLInputObjectType):
        for name, part in named.fields.items():
            yield from text_paths(part.type, (*path, name))
    elif isinstance(named, GraphQLScalarType) and named.name in SCALARS:
        yield path


def is_list(of: GraphQLInputType) -> bool:
    inner = of.of_type if isinstance(of, GraphQLNonNull) else of
    return isinstance(inner, GraphQLList)


def argument_value(path: tuple[str, ...], of: GraphQLInputType, text: str) -> Any:
    value: Any = text
    for name in reversed(path[1:]):
        value = {name: value} if name == "prompt" else {"prompt": "x", name: value}
    if path[1:] and path[0] != "input":
        value = {path[1]: text}
    return [value] if is_list(of) else value


ARGUMENTS = {
    f"{root}.{name}({'.'.join(path)})": (root, name, path, of)
    for root, name, path, of in text_arguments()
    if name != "publishGeneration"  # only the publisher may call it
}


def test_finds_the_texts_of_the_schema() -> None:
    assert "query.generations(filter.text)" in ARGUMENTS
    assert "mutation.purgeGenerations(ids)" in ARGUMENTS
    assert "subscription.generationUpdated(id)" in ARGUMENTS


@pytest.mark.parametrize(("root", "field", "path", "of"), ARGUMENTS.values(), ids=ARGUMENTS.keys())
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
async def test_rejects_long_text_in_variables_and_names_its_field(
    root: str, field: str, path: tuple[str, ...], of: GraphQLInputType, text: str
) -> None:
    fakes = a_studio()
    others = "".join(
        f" {name}: {OTHER_VALUES[get_named_type(part.type).name]}"
        for name, part in SCHEMA.type_map[root.title()].fields[field].args.items()  # type: ignore[attr-defined]
        if isinstance(part.type, GraphQLNonNull) and name != path[0]
    )
    document = f"{root} ($value: {of}) {{ {field}({path[0]}: $value{others}) {{ __typename }} }}"
    context = StudioContext(fakes.studio, a_caller())
    started = time.process_time()

    results = [
        result
        async for result in await studio_schema.stream(
            document,
            variable_values={"value": argument_value(path, of, text)},
            context_value=context,
        )
    ]

    assert time.process_time() - started < MAX_SECONDS
    errors = [error.formatted for error in results[0].errors or ()]
    assert [error["message"].split()[0] for error in errors] == [f"`{path[-1]}`"]
    assert {error["extensions"]["code"] for error in errors} == {"INVALID_INPUT"}
    assert len(errors[0]["message"]) < 200
    assert fakes.records.calls == []


@pytest.mark.parametrize(
    "document",
    [
        '{ generations(filter: { text: "%s" }) { __typename } }',
        '{ generations(after: "%s") { __typename } }',
        '{ generations(filter: { text: """%s""" }) { __typename } }',
        'mutation { deleteGenerations(ids: ["x", "%s"]) { __typename } }',
        'query ($t: String = "%s") { generations(filter: { text: $t }) { __typename } }',
        'query ($f: GenerationFilter = { text: "%s" }) { generations(filter: $f) { __typename } }',
        '{ ...F } fragment F on Query { generations(after: "%s") { __typename } }',
    ],
)
async def test_rejects_long_literals(document: str) -> None:
    fakes = a_studio()
    started = time.process_time()

    result = await studio_schema.execute(
        document.replace("%s", marks(40_000)),
        context_value=StudioContext(fakes.studio, a_caller()),
    )

    assert time.process_time() - started < MAX_SECONDS
    assert result.errors
    assert {(error.extensions or {})["code"] for error in result.errors} == {"INVALID_INPUT"}
    assert fakes.records.calls == []


async def test_default_value_may_be_as_long_as_its_argument() -> None:
    fakes = a_studio()
    text = "word " * 100
    document = (
        f'query ($t: String = "{text}") {{ generations(filter: {{ text: $t }}) {{ __typename }} }}'
    )

    result = await studio_schema.execute(
        document, context_value=StudioContext(fakes.studio, a_caller())
    )

    assert not result.errors
    assert fakes.records.calls == ["page"]


async def test_appsync_handler_has_the_same_limits() -> None:
    fakes = a_studio()
    event = {
        "identity": {"claims": {"sub": "u", "username": "u", "token_use": "access"}},
        "info": {
            "parentTypeName": "Query",
            "fieldName": "generations",
            "selectionSetGraphQL": "{ __typename }",
        },
        "arguments": {"filter": {"text": marks(90_000)}},
    }
    started = time.process_time()

    with pytest.raises(Exception, match="`text` must be at most 1000 characters") as refused:
        await resolve(fakes.studio, event)

    assert type(refused.value).__name__ == "INVALID_INPUT"
    assert time.process_time() - started < MAX_SECONDS


async def test_history_service_limits_the_search_text() -> None:
    fakes = a_studio()
    query = HistoryQuery(filter=HistoryFilter(text=marks(90_000)), first=1)

    with pytest.raises(InvalidInput, match="`text` must be at most 1000 characters"):
        await fakes.studio.history.page(a_caller(), query)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_normalizes_in_linear_time(text: str) -> None:
    started = time.process_time()

    nfkc(text)

    assert time.process_time() - started < MAX_SECONDS


def test_normalization_changes_only_runs_of_marks() -> None:
    assert nfkc("cafe\u0301 ﬁ Å") == "café fi Å"
    assert len(nfkc("q" + "\u0316" * 1000)) == 1 + MAX_MARKS


def test_limits_user_names_before_normalization(tmp_path: Path) -> None:
    identity = LocalIdentity.open(tmp_path, SystemClock())
    started = time.process_time()

    with pytest.raises(ValueError, match=f"1 to {MAX_USERNAME} characters"):
        identity.issue(marks(90_000), timedelta(days=1))

    assert time.process_time() - started < MAX_SECONDS


def test_limits_catalog_files(tmp_path: Path) -> None:
    path = tmp_path / "models.toml"
    path.write_bytes(b"#" * (MAX_BYTES + 1))

    with pytest.raises(StudioUnavailable, match="must be at most"):
        read_models(path)
