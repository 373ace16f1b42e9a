"""The emulator lets in, refuses and answers as AWS says that AppSync does."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from genai_studio.schema.documents.publication import publish_mutation
from tests.builders import ALICE
from tests.fakes.identity import ALICES_TOKEN
from tests.hosts.asgi.uvicorn_server import served
from tests.hosts.suite.appsync_host import verify_by_heart
from tests.servers.appsync.app import AppSync
from tests.servers.appsync.callers import PoolTokens, Refused
from tests.servers.appsync.execution import FunctionFailed
from tests.servers.processes.server import ACCESS_KEY, REGION, SECRET_KEY
from tests.servers.resources.user_pool import a_user_pool, sign_in

pytestmark = pytest.mark.anyio

GENERATION = {"id": "some", "owner": ALICE, "status": "QUEUED", "version": 1}


@dataclass
class Function:
    """Answers every event alike, and remembers it."""

    answer: Any = None
    events: list[Mapping[str, Any]] = field(default_factory=list)

    async def __call__(self, event: Mapping[str, Any]) -> Any:
        self.events.append(event)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def function() -> Function:
    return Function({"id": ALICE, "username": "alice", "quota": {"used": 0}})


@pytest.fixture
async def client(function: Function) -> AsyncIterator[httpx.AsyncClient]:
    async with (
        served(AppSync(verify_by_heart, function).app) as address,
        httpx.AsyncClient(base_url=f"http://{address}", trust_env=False) as client,
    ):
        yield client


async def post(
    client: httpx.AsyncClient, query: str, token: str = ALICES_TOKEN, **variables: Any
) -> Any:
    body = {"query": query, "variables": variables}
    answer = await client.post("/graphql", json=body, headers={"Authorization": token})
    assert answer.status_code == 200
    return answer.json()


async def post_signed(
    client: httpx.AsyncClient,
    query: str,
    *,
    secret: str = SECRET_KEY,
    region: str = REGION,
    changed: bytes = b"",
    **variables: Any,
) -> httpx.Response:
    body = json.dumps({"query": query, "variables": variables}).encode()
    request = AWSRequest("POST", f"{client.base_url}/graphql", {}, body)
    SigV4Auth(Credentials(ACCESS_KEY, secret), "appsync", region).add_auth(request)
    headers = dict(request.headers.items())
    return await client.post("/graphql", content=body + changed, headers=headers)


async def test_a_function_is_asked_for_a_root_field(
    client: httpx.AsyncClient, function: Function
) -> None:
    document = (
        "query Q($yes: Boolean!) { me: viewer { ...V key: id @include(if: $yes) quota { used } } }"
        " fragment V on Viewer { username }"
    )

    response = await post(client, document, yes=True)

    assert response == {"data": {"me": {"username": "alice", "key": ALICE, "quota": {"used": 0}}}}
    (event,) = function.events
    assert event["info"] == {
        "parentTypeName": "Query",
        "fieldName": "viewer",
        "variables": {"yes": True},
        "selectionSetList": ["username", "key", "quota", "quota/used"],
        "selectionSetGraphQL": (
            "{\n  ...V\n  key: id @include(if: $yes)\n  quota {\n    used\n  }\n}"
        ),
    }
    assert event["identity"]["sub"] == ALICE
    assert event["identity"]["username"] == "alice"
    assert event["identity"]["claims"]["token_use"] == "access"
    assert event["request"]["headers"]["authorization"] == ALICES_TOKEN
    assert event["source"] is event["prev"] is None


async def test_default_values_of_arguments_are_dropped(
    client: httpx.AsyncClient, function: Function
) -> None:
    function.answer = {"edges": []}

    await post(client, "{ generations { edges { cursor } } }")
    await post(client, "{ generations(first: null) { edges { cursor } } }")

    assert [event["arguments"] for event in function.events] == [{}, {"first": None}]


async def test_of_what_a_function_raises_the_text_is_told(
    client: httpx.AsyncClient, function: Function
) -> None:
    function.answer = FunctionFailed("It is closed.")

    response = await post(client, "{ me: viewer { id } }")

    assert response == {
        "data": None,
        "errors": [
            {
                "path": ["me"],
                "data": None,
                "errorType": "Lambda:Unhandled",
                "errorInfo": None,
                "locations": [{"line": 1, "column": 3, "sourceName": None}],
                "message": "It is closed.",
            }
        ],
    }


async def test_a_field_is_for_those_whom_its_directives_name(
    client: httpx.AsyncClient, function: Function
) -> None:
    by_user = await post(client, 'mutation { publishGeneration(generation: "{}") { id } }')
    by_role = (await post_signed(client, "{ viewer { id } }")).json()

    assert by_user["data"] == {"publishGeneration": None}
    assert by_role["data"] is None
    told = [(one["errorType"], one["message"]) for one in by_user["errors"] + by_role["errors"]]
    assert told == [
        ("Unauthorized", "Not Authorized to access publishGeneration on type Mutation"),
        ("Unauthorized", "Not Authorized to access viewer on type Query"),
    ]
    assert function.events == []


async def test_every_field_that_is_published_is_for_a_role_too(client: httpx.AsyncClient) -> None:
    images = [{"id": "some/0", "expiresAt": "2026-05-04T12:00:00.000Z"}]
    value = GENERATION | {
        "images": images,
        "failure": {"code": "INTERNAL"},
        "progress": {"step": 1},
        "timeline": [{"step": "accepted"}],
    }

    answer = await post_signed(client, publish_mutation(), generation=json.dumps(value))

    types = {one.get("errorType") for one in answer.json()["errors"]}
    assert types == {None}, "of nulls it complains, of rights it does not"


@pytest.mark.parametrize(
    ("signing", "error_type"),
    [
        ({"secret": "another"}, "InvalidSignatureException"),
        ({"region": "us-east-1"}, "InvalidSignatureException"),
        ({"changed": b" "}, "InvalidSignatureException"),
    ],
    ids=["another secret", "another region", "another body"],
)
async def test_a_signature_is_checked(
    client: httpx.AsyncClient, signing: dict[str, Any], error_type: str
) -> None:
    answer = await post_signed(client, "{ viewer { id } }", **signing)

    assert answer.status_code == 403
    assert answer.json()["errors"][0]["errorType"] == error_type


async def test_a_request_without_credentials_or_sense_is_refused(
    client: httpx.AsyncClient,
) -> None:
    nobody = await client.post("/graphql", json={"query": "{ viewer { id } }"})
    stranger = await client.post(
        "/graphql", json={"query": "{ viewer { id } }"}, headers={"Authorization": "any"}
    )
    nonsense = await client.post("/graphql", content=b"{", headers={"Authorization": ALICES_TOKEN})

    answers = [
        (one.status_code, one.json()["errors"][0]["errorType"])
        for one in (nobody, stranger, nonsense)
    ]
    assert answers == [
        (401, "UnauthorizedException"),
        (401, "UnauthorizedException"),
        (400, "MalformedHttpRequestException"),
    ]


async def test_what_is_pushed_has_240_kb_at_most(client: httpx.AsyncClient) -> None:
    value = GENERATION | {"prompt": "long" * 60_000}
    document = (
        "mutation P($generation: AWSJSON!) {"
        " publishGeneration(generation: $generation) { id prompt } }"
    )

    answer = await post_signed(client, document, generation=json.dumps(value))

    assert "240 KB" in answer.json()["errors"][0]["message"]


async def test_tokens_of_the_pool_are_told_from_all_others() -> None:
    pool, another = a_user_pool(), a_user_pool()
    verify = PoolTokens(pool)
    tokens = sign_in(pool, "alice")

    by_access, by_id = await verify(tokens.access), await verify(tokens.id)

    assert by_access.claims["sub"] == by_id.claims["sub"]
    for token in (sign_in(another, "alice").access, f"Bearer {tokens.access}", "x", ""):
        with pytest.raises(Refused) as refused:
            await verify(token)
        assert (refused.value.status, refused.value.error_type) == (401, "UnauthorizedException")
