"""AppSync's transformation of a document before it calls the function, and the responses."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from genai_studio.hosts.aws.appsync import resolve
from genai_studio.schema.documents.field_document import NoSuchField, field_document
from tests.builders import ALICE, a_generation, a_request, submit, succeeded
from tests.fakes.identity import ALICES_TOKEN
from tests.fakes.studio import FakeStudio, a_studio
from tests.hosts.suite.appsync_host import AppSyncHost
from tests.hosts.suite.cases import IDS

pytestmark = pytest.mark.anyio


@pytest.fixture
def fakes() -> FakeStudio:
    return a_studio()


@pytest.fixture
async def host(fakes: FakeStudio) -> AsyncIterator[AppSyncHost]:
    async with AppSyncHost.over(fakes) as opened:
        yield opened


async def an_apple(fakes: FakeStudio) -> None:
    queued = await submit(
        fakes.records, a_generation(id=IDS[0], request=a_request("a red apple", count=2))
    )
    await fakes.records.save(queued, succeeded(queued))


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (
            (
                "query Q($id: ID!) { generation(id: $id) { ...G } }"
                " fragment G on Generation { id images { ...I } }"
                " fragment I on Image { seed }"
            ),
            {"id": IDS[0], "images": [{"seed": 7}, {"seed": 8}]},
        ),
        (
            (
                "query Q($id: ID!) { generation(id: $id) { images { ...I width } } }"
                " fragment I on Image { shade: seed }"
            ),
            {"images": [{"shade": 7, "width": 64}, {"shade": 8, "width": 64}]},
        ),
        (
            (
                "query Q($id: ID!) { generation(id: $id)"
                " { small: images { seed } images { width } what: prompt prompt } }"
            ),
            {
                "small": [{"seed": 7}, {"seed": 8}],
                "images": [{"width": 64}, {"width": 64}],
                "what": "a red apple",
                "prompt": "a red apple",
            },
        ),
        (
            "query Q($id: ID!) { generation(id: $id) { width: height height: width } }",
            {"width": 64, "height": 64},
        ),
        (
            (
                "query Q($id: ID!, $yes: Boolean!, $no: Boolean!) { generation(id: $id)"
                " { id @include(if: $yes) prompt @skip(if: $yes) ... @include(if: $no) { seed } } }"
            ),
            {"id": IDS[0]},
        ),
        (
            "query Q($id: ID!) { generation(id: $id) { ... on Generation { __typename status } } }",
            {"__typename": "Generation", "status": "SUCCEEDED"},
        ),
    ],
    ids=[
        "named fragments",
        "a fragment beside a field",
        "aliases of one field",
        "aliases that swap names",
        "conditions",
        "inline fragments",
    ],
)
async def test_response_matches_client_selection(
    host: AppSyncHost, fakes: FakeStudio, document: str, expected: dict[str, Any]
) -> None:
    await an_apple(fakes)
    variables: dict[str, Any] = {"id": IDS[0]}
    if "$yes" in document:
        variables |= {"yes": True, "no": False}

    response = await host.execute(document, variables, ALICES_TOKEN)

    assert response == {"data": {"generation": expected}}


async def test_null_arguments_are_accepted(host: AppSyncHost, fakes: FakeStudio) -> None:
    await an_apple(fakes)
    document = (
        "query Q($first: Int, $after: String, $filter: GenerationFilter)"
        " { generations(first: $first, after: $after, filter: $filter) { edges { node { id } } } }"
    )

    empty: list[dict[str, Any]] = [
        {},
        {"first": None, "after": None, "filter": None},
        {"filter": {}},
    ]
    for variables in empty:
        response = await host.execute(document, variables, ALICES_TOKEN)
        assert response == {"data": {"generations": {"edges": [{"node": {"id": IDS[0]}}]}}}


async def test_condition_uses_variable_default(host: AppSyncHost) -> None:
    document = (
        "query Q($yes: Boolean = true)"
        " { viewer { id @include(if: $yes) username @skip(if: $yes) } }"
    )

    response = await host.execute(document, {}, ALICES_TOKEN)

    assert response == {"data": {"viewer": {"id": ALICE}}}


def test_field_document_contains_only_the_field() -> None:
    document = field_document(
        "Query",
        "generation",
        {"id": "any"},
        "{ key: id images { ...I } progress @include(if: $p) { step } }",
    )

    assert document.startswith("query($id: ID!) { generation(id: $id) { __typename id")
    assert "sha256" in document, "a fragment spread must select all fields"
    assert "progress { __typename step }" in document


@pytest.mark.parametrize(
    ("parent", "field", "arguments", "selection"),
    [
        ("Query", "nothing", {}, "{ id }"),
        ("Generation", "nothing", {}, "{ id }"),
        ("Nobody", "generation", {}, "{ id }"),
        ("Query", "generation", {"id": "x", "more": 1}, "{ id }"),
        ("Query", "generation", {"id": "x"}, "{ shoeSize }"),
        ("Query", "generation", {"id": "x"}, "fragment F on Generation { id }"),
    ],
)
def test_unknown_field_is_rejected(
    parent: str, field: str, arguments: dict[str, Any], selection: str
) -> None:
    with pytest.raises(NoSuchField):
        field_document(parent, field, arguments, selection)


def an_event(**claims: Any) -> dict[str, Any]:
    standard = {"sub": ALICE, "username": "alice", "token_use": "access", "exp": 4_102_444_800}
    return {
        "arguments": {},
        "identity": {"claims": standard | claims},
        "info": {
            "parentTypeName": "Query",
            "fieldName": "viewer",
            "variables": {},
            "selectionSetGraphQL": "{ id }",
        },
    }


@pytest.mark.parametrize(
    "event",
    [
        an_event() | {"identity": None},
        an_event() | {"identity": {"accountId": "123456789012", "userArn": "arn:aws:iam::1:role"}},
        an_event(token_use="id"),
        an_event(sub=""),
    ],
    ids=["no identity", "IAM role", "ID token", "no subject"],
)
async def test_rejects_identities_other_than_pool_users(
    fakes: FakeStudio, event: dict[str, Any]
) -> None:
    with pytest.raises(Exception, match="access token") as rejected:
        await resolve(fakes.studio, event)

    assert type(rejected.value).__name__ == "UNAUTHENTICATED"
    assert fakes.records.calls == []


async def test_unexpected_error_reveals_reference_only(fakes: FakeStudio) -> None:
    event = an_event()
    event["info"] |= {"selectionSetGraphQL": "{ shoeSize }"}

    with pytest.raises(Exception, match=r"reference [0-9a-f]{12}") as failed:
        await resolve(fakes.studio, event)

    assert type(failed.value).__name__ == "INTERNAL"
    assert "shoeSize" not in str(failed.value)
