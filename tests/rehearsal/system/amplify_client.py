"""Control `client.mjs`, which runs the real aws-amplify library in a Node.js process."""

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
TIMEOUT_SECONDS = 90.0


class CommandFailed(Exception):
    """aws-amplify rejected a command."""

    def __init__(self, error: Any, text: str) -> None:
        super().__init__(f"{text} {error}")
        self.error = error


class AmplifyClient:
    """The client of one user.

    Attributes:
        pushed: The generations that each subscription received, by subscription name.
    """

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._ids = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._received = asyncio.Condition()
        self.pushed: dict[str, list[Any]] = {}

    @classmethod
    @asynccontextmanager
    async def started(cls, pool: UserPool, api: ServedApi) -> AsyncIterator[AmplifyClient]:
        """Run a client that is configured for a user pool and an API until the block ends."""
        node = shutil.which("node")
        assert node is not None, "Node.js is not installed."
        assert (HERE.parent / "node_modules").is_dir(), (
            "aws-amplify is not installed. Run `make setup`."
        )
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

    async def run(self, command: str, **arguments: Any) -> Any:
        """Run a command of `client.mjs` and return its result.

        Raises:
            CommandFailed: aws-amplify rejected it.
        """
        number = next(self._ids)
        result = self._waiting[number] = asyncio.get_running_loop().create_future()
        line = json.dumps({"id": number, "command": command} | arguments)
        assert self._process.stdin is not None
        self._process.stdin.write(line.encode() + b"\n")
        async with asyncio.timeout(TIMEOUT_SECONDS):
            return await result

    async def wait_for(self, subscription: str, fields: Mapping[str, Any]) -> Any:
        """Return the first generation with these fields that a subscription receives."""
        async with asyncio.timeout(TIMEOUT_SECONDS), self._received:
            while True:
                for generation in self.pushed.get(subscription, ()):
                    if generation is not None and fields.items() <= generation.items():
                        return generation
                await self._received.wait()

    async def _read(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            message = json.loads(line)
            if "pushed" in message:
                generation = message["pushed"]["generationUpdated"]
                async with self._received:
                    self.pushed.setdefault(message["subscription"], []).append(generation)
                    self._received.notify_all()
                continue
            result = self._waiting.pop(message["id"])
            if result.cancelled():  # The command has timed out.
                continue
            if "error" in message:
                result.set_exception(CommandFailed(message["error"], message["text"]))
            else:
                result.set_result(message["result"])
        for result in self._waiting.values():
            if result.cancelled():
                continue
            result.set_exception(CommandFailed(None, "client.mjs has exited"))


def _configuration(pool: UserPool, api: ServedApi) -> dict[str, Any]:
    """Return the argument of `Amplify.configure`."""
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
