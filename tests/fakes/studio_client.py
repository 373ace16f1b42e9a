"""A studio as the commands see it: scripted answers and pushes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from typing import Any

from genai_studio.hosts.cli.client.studio_client import StudioClient, SubscriptionRefused

Answer = dict[str, Any] | Exception


class StudioDouble(StudioClient):
    """Answers each operation from its script, the last answer again and again."""

    def __init__(self, *, pushes: bool = True, **answers: list[Answer]) -> None:
        self.sent: list[tuple[str, dict[str, Any]]] = []
        self.pushed: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()
        self.files: dict[str, bytes] = {}
        self._pushes = pushes
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
        if not self._pushes:
            raise SubscriptionRefused("The studio pushes nothing here.")
        on_open()
        while (pushed := await self.pushed.get()) is not None:
            yield {name: pushed}

    async def download(self, url: str) -> bytes:
        return self.files[url]


def a_state(status: str, version: int, **fields: Any) -> dict[str, Any]:
    """A generation as the API tells it."""
    standard: dict[str, Any] = {"id": "g", "progress": None, "failure": None, "images": []}
    return {**standard, "status": status, "version": version, **fields}


def a_progress(step: int, attempt: int = 1) -> dict[str, Any]:
    return {"attempt": attempt, "step": step, "steps": 8, "previewUrl": None}
