"""A client that uses only HTTP, WebSocket and the GraphQL documents of the contract."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

OPERATIONS = Path(__file__).parents[2] / "graphql" / "operations"
WAIT_SECONDS = 120.0


def document(name: str) -> str:
    return (OPERATIONS / f"{name}.graphql").read_text("utf-8")


class WireClient:
    """Client of one studio for one user."""

    def __init__(self, url: str, token: str) -> None:
        self.url = url
        self._authorization = f"Bearer {token}"
        self.http = httpx.Client(trust_env=False, timeout=WAIT_SECONDS)

    def execute(self, name: str, /, **variables: Any) -> Any:
        """Execute an operation and return its single root field."""
        answer = self.http.post(
            f"{self.url}/graphql",
            json={"query": document(name), "variables": variables},
            headers={"Authorization": self._authorization},
        )
        result = answer.json()
        assert "errors" not in result, result
        (field,) = result["data"].values()
        return field

    def submit(self, prompt: str, **requested: Any) -> dict[str, Any]:
        """Submit a generation and return it."""
        requested = {"clientRequestId": str(uuid.uuid4()), **requested}
        payload = self.execute("generateImage", input={"prompt": prompt, **requested})
        assert payload["userErrors"] == []
        accepted: dict[str, Any] = payload["generation"]
        return accepted

    def upload(self, data: bytes, content_type: str = "image/png") -> str:
        """Create an upload, send the file and return the ID."""
        declared = {
            "contentType": content_type,
            "bytes": len(data),
            "sha256": hashlib.sha256(data).hexdigest(),
        }
        payload = self.execute("createUpload", input=declared)
        assert payload["userErrors"] == []
        upload = payload["upload"]
        assert upload["fields"] == [], "only for a studio on one machine"
        headers = {field["name"]: field["value"] for field in upload["headers"]}
        self.http.request(
            upload["method"], upload["url"], headers=headers, content=data
        ).raise_for_status()
        return str(upload["id"])

    def generation(self, generation_id: str) -> dict[str, Any]:
        """Return the current state of a generation."""
        found: dict[str, Any] = self.execute("generation", id=generation_id)
        return found

    @contextmanager
    def subscription(self) -> Iterator[Iterator[dict[str, Any]]]:
        """Subscribe to updates of the user's generations."""
        with connect(
            f"{self.url.replace('http', 'ws', 1)}/graphql",
            subprotocols=[Subprotocol("graphql-transport-ws")],
            proxy=None,
        ) as socket:
            payload = {"Authorization": self._authorization}
            socket.send(json.dumps({"type": "connection_init", "payload": payload}))
            assert json.loads(socket.recv(WAIT_SECONDS))["type"] == "connection_ack"
            query = {"query": document("generationUpdated"), "variables": {}}
            socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": query}))
            # The server handles messages in order: a pong confirms the subscription.
            socket.send(json.dumps({"type": "ping"}))
            assert json.loads(socket.recv(WAIT_SECONDS))["type"] == "pong"
            yield _pushes(socket)

    def close(self) -> None:
        self.http.close()


def _pushes(socket: ClientConnection) -> Iterator[dict[str, Any]]:
    while True:
        message = json.loads(socket.recv(WAIT_SECONDS))
        if message["type"] == "next":
            assert "errors" not in message["payload"], message
            yield message["payload"]["data"]["generationUpdated"]
