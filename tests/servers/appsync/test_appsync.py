"""Tests that the AppSync emulator authorizes and responds as AWS documents."""

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
from tests.hosts.suite.appsync_host import verify_fake_token
from tests.servers.appsync.app import AppSync
from tests.servers.appsync.callers import AppSyncError, PoolTokens
from tests.servers.appsync.execution import FunctionFailed
from tests.servers.processes.server import ACCESS_KEY, REGION, SECRET_KEY
from tests.servers.resources.user_pool import a_user_pool, sign_in

pytestmark = pytest.mark.anyio

GENERATION = {"id": "some", "owner": ALICE, "status": "QUEUED", "version": 1}


@dataclass
class Function:
    """A function that returns the same result for every event and records the events."""

    result: Any = None
    events: list[Mapping[str, Any]] = field(default_factory=list)

    async def __call__(self, event: Mapping[str, Any]) -> Any:
        self.events.append(event)
        if isinstance(self.result, Exception):
            raise self.result
        return self.result


@pytest.fixture
def function() -> Function:
    return Function({"id": ALICE, "username": "alice", "quota": {"used": 0}})


@pytest.fixture
async def client(function: Function) -> AsyncIterator[httpx.AsyncClient]:
    async with (
        served(AppSync(verify_fake_token, function).app) as address,
        httpx.AsyncClient(base_url=f"http://{address}", trust_env=False) as client,
    ):
        yield client


async def post(
    client: httpx.AsyncClient, query: str, token: str = ALICES_TOKEN, **variables: Any
) -> Any:
    body = {"query": query, "variables": variables}
    response = await client.post("/graphql", json=body, headers={"Authorization": token})
    assert response.status_code == 200
    return response.json()


async def post_signed(
    client: httpx.AsyncClient,
    query: str,
    *,
    secret: str = SECRET_KEY,
    region: str = REGION,
    appended: bytes = b"",
    **variables: Any,
) -> httpx.Response:
    body = json.dumps({"query": query, "variables": variables}).encode()
    request = AWSRequest("POST", f"{client.base_url}/graphql", {}, body)
    SigV4Auth(Credentials(ACCESS_KEY, secret), "appsync", region).add_auth(request)
    headers = dict(request.headers.items())
    return await client.post("/graphql", content=body + appended, headers=headers)


async def test_function_is_invoked_for_each_root_field(
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


async def test_default_values_of_arguments_are_ignored(
    client: httpx.AsyncClient, function: Function
) -> None:
    function.result = {"edges": []}

    await post(client, "{ generations { edges { cursor } } }")
    await post(client, "{ generations(first: null) { edges { cursor } } }")

    assert [event["arguments"] for event in function.events] == [{}, {"first": None}]


async def test_exception_of_a_function_is_reported_by_its_message(
    client: httpx.AsyncClient, function: Function
) -> None:
    function.result = FunctionFailed("It is closed.")

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


async def test_directives_of_a_field_decide_who_may_use_it(
    client: httpx.AsyncClient, function: Function
) -> None:
    by_user = await post(client, 'mutation { publishGeneration(generation: "{}") { id } }')
    by_role = (await post_signed(client, "{ viewer { id } }")).json()

    assert by_user["data"] == {"publishGeneration": None}
    assert by_role["data"] is None
    errors = by_user["errors"] + by_role["errors"]
    assert [(error["errorType"], error["message"]) for error in errors] == [
        ("Unauthorized", "Not Authorized to access publishGeneration on type Mutation"),
        ("Unauthorized", "Not Authorized to access viewer on type Query"),
    ]
    assert function.events == []


async def test_role_may_use_every_published_field(client: httpx.AsyncClient) -> None:
    images = [{"id": "some/0", "expiresAt": "2026-05-04T12:00:00.000Z"}]
    value = GENERATION | {
        "images": images,
        "failure": {"code": "INTERNAL"},
        "progress": {"step": 1},
        "timeline": [{"step": "accepted"}],
    }

    response = await post_signed(client, publish_mutation(), generation=json.dumps(value))

    types = {error.get("errorType") for error in response.json()["errors"]}
    assert types == {None}, "null values cause errors, missing permissions do not"


@pytest.mark.parametrize(
    ("signing", "error_type"),
    [
        ({"secret": "another"}, "InvalidSignatureException"),
        ({"region": "us-east-1"}, "InvalidSignatureException"),
        ({"appended": b" "}, "InvalidSignatureException"),
    ],
    ids=["another secret", "another region", "another body"],
)
async def test_invalid_signature_is_rejected(
    client: httpx.AsyncClient, signing: dict[str, Any], error_type: str
) -> None:
    response = await post_signed(client, "{ viewer { id } }", **signing)

    assert response.status_code == 403
    assert response.json()["errors"][0]["errorType"] == error_type


async def test_request_without_valid_credentials_or_body_is_rejected(
    client: httpx.AsyncClient,
) -> None:
    without_token = await client.post("/graphql", json={"query": "{ viewer { id } }"})
    invalid_token = await client.post(
        "/graphql", json={"query": "{ viewer { id } }"}, headers={"Authorization": "any"}
    )
    malformed = await client.post("/graphql", content=b"{", headers={"Authorization": ALICES_TOKEN})

    errors = [
        (response.status_code, response.json()["errors"][0]["errorType"])
        for response in (without_token, invalid_token, malformed)
    ]
    assert errors == [
        (401, "UnauthorizedException"),
        (401, "UnauthorizedException"),
        (400, "MalformedHttpRequestException"),
    ]


async def test_published_payload_is_limited_to_240_kb(client: httpx.AsyncClient) -> None:
    value = GENERATION | {"prompt": "long" * 60_000}
    document = (
        "mutation P($generation: AWSJSON!) {"
        " publishGeneration(generation: $generation) { id prompt } }"
    )

    response = await post_signed(client, document, generation=json.dumps(value))

    assert "240 KB" in response.json()["errors"][0]["message"]


async def test_only_tokens_of_the_pool_are_accepted() -> None:
    pool, other_pool = a_user_pool(), a_user_pool()
    verify = PoolTokens(pool)
    tokens = sign_in(pool, "alice")

    by_access, by_id = await verify(tokens.access), await verify(tokens.id)

    assert by_access.claims["sub"] == by_id.claims["sub"]
    for token in (sign_in(other_pool, "alice").access, f"Bearer {tokens.access}", "x", ""):
        with pytest.raises(AppSyncError) as raised:
            await verify(token)
        assert (raised.value.status, raised.value.error_type) == (401, "UnauthorizedException")
