"""Emulate AWS Lambda: AWS's runtime client in one process per execution environment.

The client (`awslambdaric`) requests events from the Runtime API, passes them to the
handler with a real context, and returns the result or the error. This module serves
the Runtime API. As in Lambda, an environment processes one event at a time, is frozen
while it is idle, and is killed when an invocation times out.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.hosts.asgi.uvicorn_server import served
from tests.servers.appsync.execution import FunctionFailed
from tests.servers.processes.server import ROOT

RUNTIME = Path(__file__).with_name("runtime.py")
START_SECONDS = 120.0
_API = "/2018-06-01/runtime"


@dataclass(frozen=True)
class Function:
    """The configuration of one function.

    Attributes:
        name: Function name. Log and recorded operations are files of this name.
        handler: The handler as `module.handler`.
        environment: Environment variables. Those of this process are not inherited.
        timeout: Maximum duration of an invocation in seconds.
        directory: Directory of the log and the recorded operations.
        clock_ahead: Seconds by which the function's clock is ahead.
    """

    name: str
    handler: str
    environment: Mapping[str, str]
    timeout: float
    directory: Path
    clock_ahead: float = 0


class Environment:
    """One execution environment (process) of a function."""

    def __init__(self, function: Function) -> None:
        self._function = function
        self._events: asyncio.Queue[_Invocation | None] = asyncio.Queue()
        self._current: _Invocation | None = None
        self._waiting = asyncio.Event()
        self._process: asyncio.subprocess.Process | None = None
        self._log: IO[bytes] | None = None
        self._address = ""

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Environment]:
        """Serve the Runtime API and run the process until the block ends."""
        routes = [
            Route(f"{_API}/invocation/next", self._next),
            Route(f"{_API}/invocation/{{id}}/response", self._response, methods=["POST"]),
            Route(f"{_API}/invocation/{{id}}/error", self._error, methods=["POST"]),
            Route(f"{_API}/init/error", self._init_error, methods=["POST"]),
        ]
        with (self._function.directory / f"{self._function.name}.log").open("ab") as self._log:
            async with served(Starlette(routes=routes)) as self._address:
                await self._start()
                try:
                    await self._ready()
                    yield self
                finally:
                    await self._stop()

    async def invoke(self, event: Mapping[str, Any]) -> Any:
        """Invoke the handler and return its result.

        Raises:
            FunctionFailed: The handler raised, its process exited, or it timed out.
        """
        invocation = _Invocation(json.dumps(event).encode(), self._function.timeout)
        await self._ready()
        self._current = invocation
        self._events.put_nowait(invocation)
        assert self._process is not None
        with suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGCONT)
        ended = asyncio.ensure_future(self._process.wait())
        done, _ = await asyncio.wait(
            {invocation.result, ended},
            timeout=self._function.timeout,
            return_when=asyncio.FIRST_COMPLETED,
        )
        ended.cancel()
        self._current = None
        if invocation.result in done:
            return invocation.result.result()
        reason = "Runtime exited" if done else f"Task timed out after {self._function.timeout} s"
        await self._restart()
        raise FunctionFailed(reason)

    async def kill(self) -> None:
        """Kill the process without a signal handler, as the kernel does when memory runs out."""
        assert self._process is not None
        with suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()

    async def _ready(self) -> None:
        """Wait until the process requests an event."""
        assert self._process is not None
        waiting = asyncio.ensure_future(self._waiting.wait())
        ended = asyncio.ensure_future(self._process.wait())
        await asyncio.wait(
            {waiting, ended}, timeout=START_SECONDS, return_when=asyncio.FIRST_COMPLETED
        )
        waiting.cancel()
        ended.cancel()
        if not self._waiting.is_set():
            log = self._function.directory / f"{self._function.name}.log"
            raise FunctionFailed(f"The function does not start:\n{log.read_text('utf-8')[-2000:]}")

    async def _start(self) -> None:
        self._waiting.clear()
        function = self._function
        environment = {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "LAMBDA_TASK_ROOT": str(ROOT),
            # The sources of this working copy, even if another one is installed.
            "PYTHONPATH": str(ROOT / "resolvers"),
            "AWS_LAMBDA_RUNTIME_API": self._address,
            "AWS_LAMBDA_FUNCTION_NAME": function.name,
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
            "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{function.name}",
            "AWS_LAMBDA_LOG_STREAM_NAME": uuid.uuid4().hex,
            "_HANDLER": function.handler,
            **function.environment,
        }
        record = function.directory / f"{function.name}.operations"
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            str(RUNTIME),
            function.handler,
            str(record),
            str(function.clock_ahead),
            cwd=function.directory,
            env=environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=self._log,
            stderr=asyncio.subprocess.STDOUT,
        )

    async def _restart(self) -> None:
        await self.kill()
        self._events.put_nowait(None)
        self._events = asyncio.Queue()
        await self._start()

    async def _stop(self) -> None:
        if self._current is not None and not self._current.result.done():
            self._current.result.cancel()
        await self.kill()
        self._events.put_nowait(None)

    async def _next(self, request: Request) -> Response:
        self._waiting.set()
        if self._events.empty() and self._process is not None:
            self._process.send_signal(signal.SIGSTOP)
        invocation = await self._events.get()
        if invocation is None:
            return Response(status_code=410)  # the process that sent this request was killed
        self._waiting.clear()
        now = time.time() + self._function.clock_ahead
        # Rounding up would show the handler more than its timeout.
        deadline = int((now + invocation.timeout) * 1000)
        name = self._function.name
        return Response(
            invocation.event,
            media_type="application/json",
            headers={
                "Lambda-Runtime-Aws-Request-Id": invocation.id,
                "Lambda-Runtime-Deadline-Ms": str(deadline),
                "Lambda-Runtime-Invoked-Function-Arn": (
                    f"arn:aws:lambda:eu-central-1:123456789012:function:{name}"
                ),
            },
        )

    async def _response(self, request: Request) -> Response:
        body = await request.body()
        self._settle(request, lambda result: result.set_result(json.loads(body)))
        return JSONResponse({"status": "OK"}, 202)

    async def _error(self, request: Request) -> Response:
        content = await request.json()
        error = FunctionFailed(content.get("errorMessage", ""))
        self._settle(request, lambda result: result.set_exception(error))
        return JSONResponse({"status": "OK"}, 202)

    async def _init_error(self, request: Request) -> Response:
        return JSONResponse({"status": "OK"}, 202)  # the process exits; its log has the reason

    def _settle(self, request: Request, settle: Callable[[asyncio.Future[Any]], object]) -> None:
        current = self._current
        if current is not None and current.id == request.path_params["id"]:
            settle(current.result)


class Fleet:
    """All execution environments of one function.

    Attributes:
        running: The busy environments by event (JSON).
        before_invoke: Awaited with each event before it is passed to an environment.
    """

    def __init__(self, environments: list[Environment]) -> None:
        self._idle: asyncio.Queue[Environment] = asyncio.Queue()
        for environment in environments:
            self.add(environment)
        self.running: dict[str, Environment] = {}
        self.before_invoke: Callable[[Mapping[str, Any]], Awaitable[None]] | None = None

    def is_processing(self, text: str) -> bool:
        """Return whether an environment is processing an event that contains a text."""
        return any(text in key for key in self.running)

    def add(self, environment: Environment) -> None:
        """Add an idle environment."""
        self._idle.put_nowait(environment)

    async def invoke(self, event: Mapping[str, Any]) -> Any:
        """Invoke the handler in an idle environment. Wait for one if all are busy."""
        if self.before_invoke is not None:
            await self.before_invoke(event)
        environment = await self._idle.get()
        key = json.dumps(event)
        self.running[key] = environment
        try:
            return await environment.invoke(event)
        finally:
            del self.running[key]
            self._idle.put_nowait(environment)

    async def kill_processing(self, text: str) -> None:
        """Kill the process that is processing an event that contains a text."""
        (environment,) = [one for key, one in self.running.items() if text in key]
        await environment.kill()


@dataclass
class _Invocation:
    event: bytes
    timeout: float
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    result: asyncio.Future[Any] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )
