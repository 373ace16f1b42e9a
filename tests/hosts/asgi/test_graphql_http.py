"""GraphQL over HTTP: formats, status codes, limits and authentication."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from genai_studio.domain.errors import StudioUnavailable
from tests.builders import a_generation
from tests.fakes.app import FakeApp, an_app
from tests.fakes.identity import ALICES_TOKEN

pytestmark = pytest.mark.anyio

JSON = "application/json"
RESPONSE_JSON = "application/graphql-response+json"


@pytest.fixture
def app() -> FakeApp:
    return an_app(max_body_bytes=20_000)


@pytest.fixture
async def client(app: FakeApp) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app.app)
    headers = {"Authorization": f"Bearer {ALICES_TOKEN}"}
    async with httpx.AsyncClient(
        transport=transport, base_url="http://localhost:8000", headers=headers
    ) as client:
        yield client


async def post(client: httpx.AsyncClient, body: Any, **headers: str) -> httpx.Response:
    content = body if isinstance(body, str | bytes) else json.dumps(body)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await client.post("/graphql", content=content, headers={"Content-Type": JSON} | named)


async def test_responds_to_query(client: httpx.AsyncClient) -> None:
    answer = await post(client, {"query": "{ viewer { username } }"})

    assert answer.status_code == 200
    assert answer.json() == {"data": {"viewer": {"username": "alice"}}}
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, JSON),
        ("", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        (JSON, JSON),
        (RESPONSE_JSON, RESPONSE_JSON),
        (f"{RESPONSE_JSON}; charset=utf-8, {JSON}; charset=utf-8", RESPONSE_JSON),
        (f"{JSON}, {RESPONSE_JSON}", JSON),
        (f"{JSON};q=0.5, {RESPONSE_JSON};q=0.9", RESPONSE_JSON),
        (f"{RESPONSE_JSON};q=0, */*", JSON),
        (f"text/html, {JSON.upper()};q=0.1", JSON),
        (f"{RESPONSE_JSON};charset=latin1, {JSON}", JSON),
        (f"{RESPONSE_JSON};q=nonsense, {JSON}", JSON),
    ],
)
async def test_negotiates_response_format(
    client: httpx.AsyncClient, accept: str | None, expected: str
) -> None:
    if accept is None:
        del client.headers["accept"]
    else:
        client.headers["accept"] = accept
    answer = await post(client, {"query": "{ __typename }"})

    assert answer.status_code == 200
    assert answer.headers["content-type"] == f"{expected}; charset=utf-8"


async def test_responds_406_if_no_format_is_acceptable(client: httpx.AsyncClient) -> None:
    answer = await post(client, {"query": "{ __typename }"}, accept="text/html")

    assert answer.status_code == 406
    assert answer.json()["errors"][0]["extensions"] == {"code": "NOT_ACCEPTABLE"}


ILL_FORMED: dict[str, Any] = {
    "no JSON": '{"not',
    "nothing": "",
    "NaN": '{"query": NaN}',
    "deeply nested": "[" * 5_000,
    "a long number": '{"query": ' + "1" * 5_000 + "}",
    "not UTF-8": b'{"query": "\xff"}',
    "an array": [{"query": "{ __typename }"}],
    "a string": '"{ __typename }"',
    "null": "null",
    "no query": {},
    "an empty query": {"query": ""},
    "a query that is null": {"query": None},
    "a query that is an object": {"query": {}},
    "an operation name that is a number": {"query": "{ __typename }", "operationName": 1},
    "variables in a string": {"query": "{ __typename }", "variables": "{}"},
    "variables in an array": {"query": "{ __typename }", "variables": []},
    "extensions in an array": {"query": "{ __typename }", "extensions": []},
}

NOT_EXECUTABLE: dict[str, Any] = {
    "an unknown operation": {"query": "query A { __typename }", "operationName": "B"},
    "a subscription": {"query": "subscription { generationUpdated { id } }"},
    "no syntax": {"query": "{"},
    "an unknown field": {"query": "{ nope }"},
    "a wrong variable": {
        "query": "query ($id: ID!) { generation(id: $id) { id } }",
        "variables": {"id": []},
    },
    "a missing variable": {"query": "query ($id: ID!) { generation(id: $id) { id } }"},
}


@pytest.mark.parametrize("body", ILL_FORMED.values(), ids=ILL_FORMED.keys())
async def test_responds_400_to_malformed_request(client: httpx.AsyncClient, body: Any) -> None:
    for accept in (RESPONSE_JSON, JSON):
        answer = await post(client, body, accept=accept)

        assert answer.status_code == 400
        assert answer.headers["content-type"] == f"{accept}; charset=utf-8"
        assert list(answer.json()) == ["errors"]


@pytest.mark.parametrize("body", NOT_EXECUTABLE.values(), ids=NOT_EXECUTABLE.keys())
async def test_request_errors_omit_data_and_use_format_status(
    client: httpx.AsyncClient, app: FakeApp, body: Any
) -> None:
    for accept, status in ((RESPONSE_JSON, 400), (JSON, 200)):
        answer = await post(client, body, accept=accept)

        assert answer.status_code == status
        assert answer.headers["content-type"] == f"{accept}; charset=utf-8"
        assert list(answer.json()) == ["errors"]
        assert answer.json()["errors"][0]["message"]
    assert app.fakes.records.calls == []


async def test_field_errors_include_data_with_200(
    client: httpx.AsyncClient,
) -> None:
    answer = await post(
        client,
        {"query": '{ viewer { username } generations(after: "!") { edges { cursor } } }'},
        accept=RESPONSE_JSON,
    )

    assert answer.status_code == 200
    body = answer.json()
    assert body["data"] is None
    assert body["errors"][0]["path"] == ["generations"]
    assert body["errors"][0]["extensions"] == {"code": "INVALID_INPUT", "path": ["after"]}


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/graphql",
        "application/json; charset=latin1",
        "text/plain; application/json",
    ],
)
async def test_responds_415_to_types_without_cors_preflight(
    client: httpx.AsyncClient, app: FakeApp, content_type: str | None
) -> None:
    headers = {} if content_type is None else {"Content-Type": content_type}
    answer = await client.post(
        "/graphql", content=json.dumps({"query": "{ viewer { id } }"}), headers=headers
    )

    assert answer.status_code == 415
    assert app.fakes.records.calls == []


async def test_responds_415_to_compressed_body(client: httpx.AsyncClient) -> None:
    assert (await post(client, "x", content_encoding="gzip")).status_code == 415


async def test_responds_413_to_large_content_length(
    client: httpx.AsyncClient,
) -> None:
    answer = await post(client, "x" * 20_001)

    assert answer.status_code == 413
    assert answer.json()["errors"][0]["extensions"] == {"code": "REQUEST_TOO_LARGE"}


async def test_responds_413_before_reading_the_whole_body(client: httpx.AsyncClient) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 1_000_000:
            sent += 1_000
            yield b"x" * 1_000

    answer = await client.post("/graphql", content=endless(), headers={"Content-Type": JSON})

    assert answer.status_code == 413
    assert sent <= 22_000


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        ALICES_TOKEN,
        f"Basic {ALICES_TOKEN}",
        f"Bearer {ALICES_TOKEN} x",
    ],
)
async def test_responds_401_before_reading_the_body(
    app: FakeApp, authorization: str | None
) -> None:
    read = False

    async def body() -> AsyncIterator[bytes]:
        nonlocal read
        read = True
        yield b"{}"

    headers = {} if authorization is None else {"Authorization": authorization}
    transport = httpx.ASGITransport(app.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        answer = await client.post(
            "/graphql", content=body(), headers={"Content-Type": JSON} | headers
        )

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.json()["errors"][0]["extensions"] == {"code": "UNAUTHENTICATED"}
    assert not read


async def test_responds_503_if_tokens_cannot_be_verified(
    client: httpx.AsyncClient, app: FakeApp
) -> None:
    app.identity.tokens[ALICES_TOKEN] = StudioUnavailable("The keys cannot be had.")

    answer = await post(client, {"query": "{ __typename }"})

    assert answer.status_code == 503
    assert answer.json()["errors"][0] == {
        "message": "The keys cannot be had.",
        "extensions": {"code": "UNAVAILABLE"},
    }


async def test_500_contains_only_a_reference(
    client: httpx.AsyncClient, app: FakeApp, caplog: pytest.LogCaptureFixture
) -> None:
    app.identity.tokens[ALICES_TOKEN] = RuntimeError("the secret token")

    answer = await post(client, {"query": "{ __typename }"})

    assert answer.status_code == 500
    assert answer.json()["errors"][0]["extensions"] == {"code": "INTERNAL"}
    assert "secret" not in answer.text + caplog.text
    assert "RuntimeError" in caplog.text


async def test_responds_to_query_by_get(client: httpx.AsyncClient) -> None:
    answer = await client.get(
        "/graphql",
        params={
            "query": "query A($id: ID!) { generation(id: $id) { id } } query B { __typename }",
            "operationName": "A",
            "variables": json.dumps({"id": a_generation().id}),
        },
    )

    assert (answer.status_code, answer.json()) == (200, {"data": {"generation": None}})


async def test_responds_405_to_mutation_by_get(client: httpx.AsyncClient, app: FakeApp) -> None:
    query = 'mutation { deleteGenerations(ids: ["x"]) { userErrors { code } } }'
    answer = await client.get("/graphql", params={"query": query})

    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST"
    assert app.fakes.records.calls == []


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_responds_405_to_other_methods(client: httpx.AsyncClient, method: str) -> None:
    assert (await client.request(method, "/graphql")).status_code == 405


async def test_rejects_get_with_invalid_variables(client: httpx.AsyncClient) -> None:
    answer = await client.get(
        "/graphql",
        params={"query": "{ __typename }", "variables": "{"},
        headers={"Accept": RESPONSE_JSON},
    )
    assert answer.status_code == 400


async def test_requires_operation_name_for_several_operations(
    client: httpx.AsyncClient, app: FakeApp
) -> None:
    document = "query A { viewer { id } } mutation B { purgeGenerations(ids: []) { purgedIds } }"
    answer = await post(client, {"query": document}, accept=RESPONSE_JSON)

    assert answer.status_code == 400
    assert app.fakes.records.calls == []


async def test_preserves_chinese_text(client: httpx.AsyncClient) -> None:
    document = (
        "mutation ($input: GenerateImageInput!)"
        " { generateImage(input: $input) { generation { prompt } } }"
    )
    prompt = "一只红苹果 🍎"
    answer = await post(client, {"query": document, "variables": {"input": {"prompt": prompt}}})

    assert answer.json() == {"data": {"generateImage": {"generation": {"prompt": prompt}}}}
