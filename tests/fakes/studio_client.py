"""A fake `StudioClient` with scripted answers and events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from typing import Any

from genai_studio.hosts.cli.client.api_types import UploadTarget
from genai_studio.hosts.cli.client.studio_client import StudioClient, SubscriptionRefused

Answer = dict[str, Any] | Exception


class FakeStudioClient(StudioClient):
    """Answers each operation from a script. The last answer repeats."""

    def __init__(self, *, subscribable: bool = True, **answers: list[Answer]) -> None:
        self.sent: list[tuple[str, dict[str, Any]]] = []
        self.events: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()
        self.files: dict[str, bytes] = {}
        self.sent_files: dict[str, bytes] = {}
        self._subscribable = subscribable
        self._answers = answers

    async def execute(self, name: str, variables: dict[str, Any]) -> dict[str, Any]:
        self.sent.append((name, variables))
        script = self._answers[name]
        answer = script.pop(0) if len(script) > 1 else script[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def subscribe(
        self, name: str, variables: dict[str, Any], on_open: Callable[[], None]
    ) -> AsyncGenerator[dict[str, Any], None]:
        if not self._subscribable:
            raise SubscriptionRefused("The subscription failed.")
        on_open()
        while (event := await self.events.get()) is not None:
            yield {name: event}

    async def send_file(self, target: UploadTarget, data: bytes) -> None:
        self.sent_files[target.url] = data

    async def download(self, url: str) -> bytes:
        return self.files[url]


def generation_data(status: str, version: int, **fields: Any) -> dict[str, Any]:
    """Create a generation as the API returns it."""
    defaults: dict[str, Any] = {
        "id": "g",
        "prompt": "a red apple",
        "model": "builtin",
        "width": 256,
        "height": 256,
        "seed": 7,
        "favorite": False,
        "createdAt": "2026-05-04T12:00:00.000Z",
        "images": [],
        "progress": None,
        "failure": None,
    }
    return {**defaults, "status": status, "version": version, **fields}


def progress_data(step: int, attempt: int = 1) -> dict[str, Any]:
    return {"attempt": attempt, "step": step, "steps": 8, "previewUrl": None}
