"""WebSocket messages: each one alone, and sequences of them in a session."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from hypothesis import strategies as st
from starlette.types import Message

from genai_studio.hosts.asgi.options import AsgiOptions
from genai_studio.hosts.asgi.websocket.messages import SUBPROTOCOL, Close, CloseCode, parse_message
from tests.fakes.app import an_app
from tests.fakes.identity import ALICES_TOKEN
from tests.fuzz.fuzzing import assert_bounded_cost, fuzz, no_bug_logged, repeat
from tests.fuzz.inputs import JSON_VALUES, TEXTS, mutated_json, mutated_text

INIT = {"type": "connection_init", "payload": {"Authorization": f"Bearer {ALICES_TOKEN}"}}
SUBSCRIBE = {
    "id": "1",
    "type": "subscribe",
    "payload": {
        "query": "subscription { generationUpdated { id status } }",
        "variables": {},
        "operationName": None,
        "extensions": {},
    },
}
QUERY = {"id": "2", "type": "subscribe", "payload": {"query": "{ viewer { id } }"}}
COMPLETE = {"id": "1", "type": "complete"}
PING = {"type": "ping", "payload": {"a": 1}}
VALID = (INIT, SUBSCRIBE, QUERY, COMPLETE, PING, {"type": "pong"})

MESSAGES = (
    st.sampled_from(VALID).map(json.dumps)
    | mutated_json(VALID).map(json.dumps)
    | mutated_text(*map(json.dumps, VALID))
    | JSON_VALUES.map(json.dumps)
)
FRAMES = MESSAGES.map(lambda text: {"type": "websocket.receive", "text": text}) | st.binary(
    max_size=20
).map(lambda data: {"type": "websocket.receive", "bytes": data})
CLOSE_CODES = {int(code) for code in CloseCode} - {int(CloseCode.INTERNAL)}


def parse(text: str) -> None:
    refused = None
    try:
        parse_message(text)
    except Close as close:
        refused = close
    if refused is not None:
        assert refused.code is CloseCode.BAD_REQUEST
        assert len(refused.reason.encode("ascii")) <= 123


@fuzz(MESSAGES | TEXTS)
def test_message(text: str) -> None:
    parse(text)


@fuzz(st.lists(FRAMES, max_size=6), st.booleans(), examples=150)
def test_session(frames: list[Message], initialized: bool) -> None:
    first = [{"type": "websocket.receive", "text": json.dumps(INIT)}] if initialized else []
    with no_bug_logged():
        sent = asyncio.run(converse([*first, *frames]))
    assert sent[0]["type"] == "websocket.accept"
    for message in sent[1:]:
        if message["type"] == "websocket.close":
            assert message["code"] in CLOSE_CODES
        else:
            assert json.loads(message["text"])["type"] in {
                *("connection_ack", "next", "error", "complete", "pong")
            }


async def converse(frames: list[Message]) -> list[Message]:
    """Send frames to the host, then disconnect. Returns what the host sent."""
    incoming: list[Message] = [
        {"type": "websocket.connect"},
        *frames,
        {"type": "websocket.disconnect", "code": 1000},
    ]
    sent: list[Message] = []

    async def receive() -> Message:
        await asyncio.sleep(0)  # Let the operations run.
        if not incoming:
            await asyncio.Event().wait()
        return incoming.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    scope: dict[str, Any] = {
        "type": "websocket",
        "path": "/graphql",
        "raw_path": b"/graphql",
        "root_path": "",
        "query_string": b"",
        "headers": [(b"host", b"localhost")],
        "subprotocols": [SUBPROTOCOL],
        "scheme": "ws",
        "client": ("127.0.0.1", 1),
        "server": ("localhost", 80),
        "app": None,
    }
    await asyncio.wait_for(an_app().app(scope, receive, send), 60)
    return sent


def test_cost_of_messages() -> None:
    limit = AsgiOptions(version="9.9.9").ws_max_message_characters
    for begin, middle, end in (
        ("", "[", ""),
        ('{"type": "ping", "payload": {', '"a":1,', '"b":2}}'),
        ('{"type": "', "x", '"}'),
        ('{"id": "', "\\u0301", '", "type": "complete"}'),
    ):
        assert_bounded_cost(parse, repeat(middle, begin, end), limit)
