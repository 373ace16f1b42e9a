"""WebSocket sessions with clients that disconnect, do not read or flood."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from genai_studio.domain.errors import StudioUnavailable
from genai_studio.domain.generation import Generation, Progress
from genai_studio.ports import GenerationEvent
from genai_studio.schema.studio_schema import studio_schema
from tests.builders import ALICE, BOB, a_caller, a_generation
from tests.fakes.app import FakeApp, an_app
from tests.fakes.events import FakeEvents
from tests.fakes.identity import ALICES_TOKEN, BOBS_TOKEN
from tests.fakes.studio import a_studio
from tests.hosts.asgi.asgi_websocket import AsgiWebSocket, asgi_websocket

pytestmark = pytest.mark.anyio

WATCH = {"query": "subscription { generationUpdated { id version } }"}


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110  # no event
            await asyncio.sleep(0)


def watch(socket: AsgiWebSocket, id_: str = "1", payload: Any = None) -> None:
    socket.send({"type": "subscribe", "id": id_, "payload": payload or WATCH})


async def subscribed(app: FakeApp, number: int = 1) -> None:
    await until(lambda: app.fakes.events.subscribers(ALICE) == number)


def event_of(generation: Generation, version: int) -> GenerationEvent:
    return GenerationEvent(replace(generation, version=version))


async def test_delivers_events_in_order_with_progress() -> None:
    app, generation = an_app(), a_generation()
    document = (
        "subscription($id: ID) { generationUpdated(id: $id) { id version progress { step } } }"
    )
    async with asgi_websocket(app.app) as socket:
        await socket.init(ALICES_TOKEN)
        watch(socket, payload={"query": document, "variables": {"id": generation.id}})
        await subscribed(app)
        await app.fakes.events.publish(GenerationEvent(generation, Progress(1, 3, 8)))
        await app.fakes.events.publish(event_of(a_generation(), 7))
        await app.fakes.events.publish(event_of(generation, 2))

        payloads = [(await socket.receive())["payload"] for _ in range(2)]

    seen = {"id": generation.id, "version": 1, "progress": {"step": 3}}
    assert payloads == [
        {"data": {"generationUpdated": seen}},
        {"data": {"generationUpdated": seen | {"version": 2, "progress": None}}},
    ]


async def test_complete_releases_the_subscription() -> None:
    app = an_app()
    async with asgi_websocket(app.app) as socket:
        await socket.init(ALICES_TOKEN)
        watch(socket)
        await subscribed(app)
        socket.send({"type": "complete", "id": "1"})
        await subscribed(app, 0)
        watch(socket)
        await subscribed(app)


async def test_disconnect_releases_the_session() -> None:
    app = an_app(ws_max_connections_per_user=1)
    for _ in range(3):
        async with asgi_websocket(app.app) as socket:
            await socket.init(ALICES_TOKEN)
            for number in range(5):
                watch(socket, str(number))
            await subscribed(app, 5)
        await subscribed(app, 0)


async def test_full_queue_ends_only_the_subscription() -> None:
    fakes = replace_events(FakeEvents(queue_length=2))
    app, generation = an_app(fakes=fakes), a_generation()
    async with asgi_websocket(app.app) as socket:
        await socket.init(ALICES_TOKEN)
        watch(socket)
        await subscribed(app)
        socket.stop_reading()
        await fakes.events.publish(event_of(generation, 1))
        async with asyncio.timeout(10):
            await socket.blocked.wait()
        for version in range(2, 6):
            await fakes.events.publish(event_of(generation, version))
        socket.read_on()

        assert (await socket.receive())["payload"]["data"]["generationUpdated"]["version"] == 1
        end = await socket.receive()
        assert (end["type"], end["id"]) == ("error", "1")
        assert end["payload"][0]["extensions"] == {"code": "SUBSCRIBER_TOO_SLOW"}
        watch(socket)
        await subscribed(app)


async def test_closes_connection_of_client_that_does_not_read() -> None:
    app = an_app(ws_send_timeout_seconds=0.05)
    async with asgi_websocket(app.app) as socket:
        await socket.init(ALICES_TOKEN)
        watch(socket)
        await subscribed(app)
        socket.stop_reading()
        await app.fakes.events.publish(event_of(a_generation(), 1))

        closed = await socket.closed()

        assert (closed.code, closed.reason) == (1013, "The client does not read fast enough")
        await subscribed(app, 0)


async def test_delivers_only_own_generations() -> None:
    app, alices, bobs = an_app(), a_generation(ALICE), a_generation(BOB)
    async with asgi_websocket(app.app) as alice, asgi_websocket(app.app) as bob:
        await alice.init(ALICES_TOKEN)
        await bob.init(BOBS_TOKEN)
        watch(alice)
        watch(bob)
        watch(
            bob,
            "hers",
            {"query": f'subscription {{ generationUpdated(id: "{alices.id}") {{ id }} }}'},
        )
        await subscribed(app)
        await until(lambda: app.fakes.events.subscribers(BOB) == 2)
        await app.fakes.events.publish(event_of(alices, 1))
        await app.fakes.events.publish(event_of(bobs, 1))

        heard = await bob.receive()
        assert (heard["id"], heard["payload"]["data"]["generationUpdated"]["id"]) == ("1", bobs.id)
        bob.send({"type": "ping"})
        assert await bob.receive() == {"type": "pong"}


async def test_runs_queries_and_mutations() -> None:
    app = an_app()
    async with asgi_websocket(app.app) as socket:
        await socket.init(ALICES_TOKEN)
        document = 'mutation { cancelGeneration(id: "x") { userErrors { code } } }'
        watch(socket, payload={"query": document})

        answer = await socket.receive()

        assert answer["payload"] == {
            "data": {"cancelGeneration": {"userErrors": [{"code": "NOT_FOUND"}]}}
        }
        assert await socket.receive() == {"type": "complete", "id": "1"}


async def test_invalid_variables_end_the_operation_with_an_error() -> None:
    app = an_app()
    async with asgi_websocket(app.app) as socket:
        await socket.init(ALICES_TOKEN)
        document = "query ($first: Int) { generations(first: $first) { edges { cursor } } }"
        for number, value in enumerate(["x", 0, 101, 1e3, [1]]):
            watch(socket, str(number), {"query": document, "variables": {"first": value}})
            answer = await socket.receive()
            assert (answer["type"], answer["id"]) == ("error", str(number))
    assert "page" not in app.fakes.records.calls


async def test_resolver_bug_ends_only_its_operation(caplog: pytest.LogCaptureFixture) -> None:
    app = an_app()

    async def broken(*_: object) -> None:
        raise KeyError("the secret prompt")

    app.fakes.records.get = broken  # type: ignore[method-assign,assignment]
    async with asgi_websocket(app.app) as socket:
        await socket.init(ALICES_TOKEN)
        watch(socket, payload={"query": f'{{ generation(id: "{a_generation().id}") {{ id }} }}'})

        answer = await socket.receive()

        assert answer["type"] == "next"
        assert answer["payload"]["errors"][0]["extensions"] == {"code": "INTERNAL"}
        assert "secret" not in str(answer)
        assert (await socket.receive())["type"] == "complete"
    assert "KeyError" in caplog.text
    assert "secret" not in caplog.text


async def test_execution_bug_ends_only_its_operation(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    app = an_app()
    async with asgi_websocket(app.app) as socket:
        await socket.init(ALICES_TOKEN)
        with monkeypatch.context() as patch:
            patch.setattr(studio_schema, "stream", None)
            watch(socket, payload={"query": "{ __typename }"})
            answer = await socket.receive()
        watch(socket, payload={"query": "{ __typename }"})
        assert (await socket.receive())["type"] == "next"

    assert (answer["type"], answer["payload"][0]["extensions"]) == ("error", {"code": "INTERNAL"})
    assert "TypeError" in caplog.text


async def test_limits_connections_of_all_users() -> None:
    app = an_app(ws_max_connections=2)
    async with (
        asgi_websocket(app.app),
        asgi_websocket(app.app),
        asgi_websocket(app.app) as third,
    ):
        assert (await third.closed()).code == 1013
    async with asgi_websocket(app.app) as socket:
        await socket.init(ALICES_TOKEN)


async def test_closes_with_try_again_later_if_tokens_cannot_be_verified() -> None:
    app = an_app()
    app.identity.tokens["later"] = StudioUnavailable("The keys cannot be had.")
    async with asgi_websocket(app.app) as socket:
        socket.send({"type": "connection_init", "payload": {"Authorization": "later"}})
        assert (await socket.closed()).code == 1013


async def test_masks_unexpected_verifier_error() -> None:
    app = an_app()
    app.identity.tokens["bug"] = RuntimeError("the secret token")
    async with asgi_websocket(app.app) as socket:
        socket.send({"type": "connection_init", "payload": {"Authorization": "bug"}})
        closed = await socket.closed()
        assert (closed.code, closed.reason) == (4500, "Internal error")


async def test_closes_at_once_if_token_has_expired() -> None:
    app = an_app()
    app.identity.tokens["late"] = a_caller(expires_at=int(app.fakes.clock.now().timestamp()) - 5)
    async with asgi_websocket(app.app) as socket:
        socket.send({"type": "connection_init", "payload": {"Authorization": "late"}})
        assert (await socket.closed()).code == 4403


def replace_events(events: FakeEvents) -> Any:
    """Return a studio of fakes that publishes to `events`."""
    fakes = a_studio()
    return replace(fakes, studio=replace(fakes.studio, subscriptions=events), events=events)
