"""Drives `client.mjs`: the real aws-amplify in a Node.js process."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from genai_studio.aws.user_pool import UserPool
from tests.servers.appsync.serving import ServedApi

HERE = Path(__file__).parent
PATIENCE_SECONDS = 90.0


class CommandFailed(Exception):
    """What aws-amplify rejected a command with."""

    def __init__(self, error: Any, text: str) -> None:
        super().__init__(f"{text} {error}")
        self.error = error


class AmplifyClient:
    """One browser, so to speak.

    Attributes:
        pushed: What its subscriptions were told, by their names.
    """

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._ids = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._news = asyncio.Condition()
        self.pushed: dict[str, list[Any]] = {}

    @classmethod
    @asynccontextmanager
    async def started(cls, pool: UserPool, api: ServedApi) -> AsyncIterator[AmplifyClient]:
        """With Amplify's configuration of a pool and an API, until the block ends."""
        node = shutil.which("node")
        assert node is not None, "Node.js is missing: aws-amplify runs in it."
        assert (HERE.parent / "node_modules").is_dir(), "aws-amplify is missing. Run “make setup”."
        process = await asyncio.create_subprocess_exec(
            node,
            str(HERE / "client.mjs"),
            env={
                "PATH": os.environ["PATH"],
                "AMPLIFY_CONFIGURATION": json.dumps(_configuration(pool, api)),
                "NODE_EXTRA_CA_CERTS": str(api.authority),
            },
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=2**24,
        )
        client = cls(process)
        reading = asyncio.create_task(client._read())
        try:
            yield client
        finally:
            assert process.stdin is not None
            process.stdin.close()
            await process.wait()
            await reading

    async def do(self, command: str, **given: Any) -> Any:
        """Carry out a command of `client.mjs`.

        Raises:
            CommandFailed: aws-amplify rejected it.
        """
        number = next(self._ids)
        done = self._waiting[number] = asyncio.get_running_loop().create_future()
        line = json.dumps({"id": number, "command": command} | given)
        assert self._process.stdin is not None
        self._process.stdin.write(line.encode() + b"\n")
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await done

    async def told(self, name: str, wanted: Mapping[str, Any]) -> Any:
        """The first generation that a subscription was or will be told with these fields."""
        async with asyncio.timeout(PATIENCE_SECONDS), self._news:
            while True:
                for one in self.pushed.get(name, ()):
                    if one is not None and wanted.items() <= one.items():
                        return one
                await self._news.wait()

    async def _read(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            told = json.loads(line)
            if "pushed" in told:
                generation = told["pushed"]["generationUpdated"]
                async with self._news:
                    self.pushed.setdefault(told["subscription"], []).append(generation)
                    self._news.notify_all()
                continue
            done = self._waiting.pop(told["id"])
            if "error" in told:
                done.set_exception(CommandFailed(told["error"], told["text"]))
            else:
                done.set_result(told["result"])
        for done in self._waiting.values():
            done.set_exception(CommandFailed(None, "client.mjs has ended"))


def _configuration(pool: UserPool, api: ServedApi) -> dict[str, Any]:
    """As `Amplify.configure` takes it."""
    return {
        "Auth": {
            "Cognito": {
                "userPoolId": pool.pool_id,
                "userPoolClientId": pool.client_id,
                "userPoolEndpoint": pool.endpoint,
            }
        },
        "API": {
            "GraphQL": {
                "endpoint": api.secure_url,
                "region": pool.region,
                "defaultAuthMode": "userPool",
            }
        },
    }
