"""A client that stops reading is disconnected, over a real socket."""

from __future__ import annotations

import asyncio
import json
import socket
from dataclasses import replace
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from genai_studio.ports import GenerationEvent
from tests.builders import ALICE, a_generation, a_request
from tests.fakes.app import an_app
from tests.fakes.identity import ALICES_TOKEN
from tests.hosts.asgi.uvicorn_server import served

pytestmark = pytest.mark.anyio

BIG_PROMPT = "x" * 200_000


async def test_slow_client_neither_buffers_nor_blocks_others() -> None:
    app = an_app(ws_send_timeout_seconds=0.2)
    generation = a_generation(request=a_request(BIG_PROMPT))
    query = "subscription { generationUpdated { version prompt } }"
    async with served(app.app) as address:
        url = f"ws://{address}/graphql"
        # Compressed, these prompts would fit into the buffers.
        plain: Any = {"subprotocols": [Subprotocol("graphql-transport-ws")], "compression": None}
        raw = socket.socket()
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        raw.setblocking(False)
        host, port = address.split(":")
        await asyncio.get_running_loop().sock_connect(raw, (host, int(port)))
        async with (
            connect(url, sock=raw, max_queue=1, close_timeout=0, **plain) as slow,
            connect(url, proxy=None, **plain) as quick,
        ):
            for client in (slow, quick):
                init = {"type": "connection_init", "payload": {"Authorization": ALICES_TOKEN}}
                await client.send(json.dumps(init))
                assert json.loads(await client.recv()) == {"type": "connection_ack"}
                payload = {"query": query}
                await client.send(json.dumps({"type": "subscribe", "id": "1", "payload": payload}))
            events = app.fakes.events
            async with asyncio.timeout(20):
                while events.subscribers(ALICE) < 2:  # noqa: ASYNC110
                    await asyncio.sleep(0.001)
                version = 0
                while events.subscribers(ALICE) == 2:
                    version += 1
                    await events.publish(GenerationEvent(replace(generation, version=version)))
                    message = json.loads(await quick.recv())
                    assert message["payload"]["data"]["generationUpdated"]["version"] == version
                    await asyncio.sleep(0.001)

            assert events.subscribers(ALICE) == 1
            # What was written to the slow one, in sockets and buffers, is bounded:
            # the rest waited in its subscription, which holds 100 at most.
            assert version < 200
            slow.transport.abort()
            await quick.send(json.dumps({"type": "ping"}))
            assert json.loads(await quick.recv()) == {"type": "pong"}
