"""Prompts, tokens and signatures are never logged."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from genai_studio.domain.errors import EndpointError
from genai_studio.domain.failure import FailureCode
from genai_studio.ports import GenerationEvent
from tests.builders import a_caller, a_generation
from tests.fakes.app import FakeApp, an_app
from tests.hosts.asgi.asgi_websocket import asgi_websocket
from tests.hosts.asgi.uvicorn_server import served
from tests.hosts.suite.cases import operation

pytestmark = pytest.mark.anyio

PROMPT = "my very private prompt"
TOKEN = "my-very-private-token"
SIGNATURE = "my-very-private-signature"
SECRETS = (PROMPT, TOKEN, SIGNATURE, "private")


@pytest.fixture
def app() -> FakeApp:
    app = an_app()
    app.identity.tokens[TOKEN] = a_caller()
    return app


async def ask(app: FakeApp, body: Any, token: str = TOKEN) -> httpx.Response:
    transport = httpx.ASGITransport(app.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        kind = {"content": body} if isinstance(body, str) else {"json": body}
        return await client.post(
            "/graphql",
            headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
            **kind,
        )


def make(**more: Any) -> dict[str, Any]:
    variables = {"input": {"prompt": PROMPT, "negativePrompt": PROMPT} | more}
    return {"query": operation("generateImage"), "variables": variables}


REQUESTS: dict[str, Any] = {
    "accepted": make(),
    "rejected": make(width=1),
    "of a wrong type": make(width=PROMPT),
    "with an unknown field": make(private=PROMPT),
    "with a prompt as literal": {
        "query": f'mutation {{ generateImage(input: {{ prompt: "{PROMPT}" }}) {{ nope }} }}'
    },
    "with a syntax error": {"query": f'{{ "{PROMPT}'},
    "with a wrong operation name": {"query": "query A { __typename }", "operationName": PROMPT},
    "that is not JSON": f'{{"query": "{PROMPT}',
    "that is not an object": [PROMPT],
    "for a search": {
        "query": "query ($t: String) { generations(filter: { text: $t }) { edges { cursor } } }",
        "variables": {"t": PROMPT},
    },
    "for a bad cursor": {"query": f'{{ generations(after: "{PROMPT}") {{ edges {{ cursor }} }} }}'},
    "for an unknown id": {"query": f'{{ generation(id: "{PROMPT}") {{ id }} }}'},
    "for a draft": {
        "query": operation("draftImage"),
        "variables": {"input": {"prompt": PROMPT}},
    },
}


@pytest.fixture(autouse=True)
def log_everything(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)


def has_no_secrets(caplog: pytest.LogCaptureFixture) -> bool:
    shown = [record.getMessage() + str(record.exc_text or "") for record in caplog.records]
    formatted = caplog.text + "".join(shown)
    return not any(secret in formatted for secret in SECRETS)


@pytest.mark.parametrize("body", REQUESTS.values(), ids=REQUESTS.keys())
async def test_requests_are_not_logged(
    app: FakeApp, body: Any, caplog: pytest.LogCaptureFixture
) -> None:
    await ask(app, body)
    await ask(app, body, "my-very-private-but-bad-token")

    assert "POST /graphql 401" in caplog.text
    assert has_no_secrets(caplog)


def store_crashes(app: FakeApp) -> None:
    async def broken(*arguments: object) -> None:
        raise RuntimeError(f"cannot store {arguments}")

    app.fakes.records.submit = broken  # type: ignore[method-assign,assignment]
    app.fakes.records.page = broken  # type: ignore[method-assign,assignment]


def endpoint_crashes(app: FakeApp) -> None:
    app.fakes.endpoint.then(ValueError(PROMPT), KeyError(PROMPT))


def endpoint_rejects(app: FakeApp) -> None:
    app.fakes.endpoint.then(
        EndpointError(FailureCode.ENDPOINT_REJECTED, f"Not “{PROMPT}”.", retryable=False)
    )


def verifier_crashes(app: FakeApp) -> None:
    app.identity.tokens[TOKEN] = RuntimeError(f"cannot verify {TOKEN}")


@pytest.mark.parametrize(
    "accident",
    [
        store_crashes,
        endpoint_crashes,
        endpoint_rejects,
        verifier_crashes,
    ],
)
@pytest.mark.parametrize("kind", ["accepted", "for a search", "for a draft"])
async def test_failures_are_logged_without_secrets(
    app: FakeApp,
    accident: Callable[[FakeApp], None],
    kind: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    accident(app)

    await ask(app, REQUESTS[kind])

    assert has_no_secrets(caplog)


async def test_websocket_session_is_logged_without_secrets(
    app: FakeApp, caplog: pytest.LogCaptureFixture
) -> None:
    async with asgi_websocket(app.app) as socket:
        await socket.init(TOKEN)
        socket.send({"type": "subscribe", "id": "1", "payload": make()})
        await socket.receive()
        query = "subscription { generationUpdated { prompt } }"
        socket.send({"type": "subscribe", "id": "2", "payload": {"query": query}})
        socket.send({"type": "subscribe", "id": "3", "payload": {"query": PROMPT}})
        while app.fakes.events.subscribers(a_caller().owner) == 0:  # noqa: ASYNC110
            await asyncio.sleep(0)
        await app.fakes.events.publish(GenerationEvent(a_generation(prompt=PROMPT)))
        socket.send({"type": PROMPT})
        assert (await socket.closed()).code == 4400
    async with asgi_websocket(app.app) as socket:
        socket.send({"type": "connection_init", "payload": {"Authorization": TOKEN + "x"}})
        assert (await socket.closed()).code == 4403

    assert "WEBSOCKET /graphql 4403" in caplog.text
    assert has_no_secrets(caplog)


async def test_query_strings_are_not_logged(app: FakeApp, caplog: pytest.LogCaptureFixture) -> None:
    async with served(app.app) as address, httpx.AsyncClient(trust_env=False) as client:
        caplog.clear()
        for path in ("/images/a/b.png", "/graphql", "/", "/healthz"):
            await client.get(f"http://{address}{path}", params={"signature": SIGNATURE})
    text = "\n".join(
        record.getMessage()
        for record in caplog.records
        if not record.name.startswith(("httpx", "httpcore"))
    )

    assert "GET /images/a/b.png 404" in text
    assert "private" not in text


async def test_path_cannot_forge_log_lines(app: FakeApp, caplog: pytest.LogCaptureFixture) -> None:
    transport = httpx.ASGITransport(app.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        await client.get("/x%0d%0a2026-01-01 CRITICAL forged%1b[31m")

    (line,) = [
        record.getMessage() for record in caplog.records if record.name == "genai_studio.access"
    ]
    assert line.isprintable()
