"""The inference server as a child process: started, watched, started again, stopped."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO

import httpx

import genai_studio
from genai_studio.domain.errors import StudioUnavailable
from genai_studio.inference.endpoint_names import endpoint_names
from genai_studio.inference.settings import ACCESS_KEY_VARIABLE, BUILTIN, BUILTIN_PIPELINE
from genai_studio.local.inference.backoff import Backoff
from genai_studio.local.inference.health_probe import takes_work

log = logging.getLogger(__name__)

HOST = "127.0.0.1"
_START_SECONDS = 60.0
_STOP_SECONDS = 5.0
_PING_SECONDS = 5.0
_MAX_LOG_BYTES = 10 * 1024 * 1024
_CREATION_FLAGS = 0
if sys.platform == "win32":
    _CREATION_FLAGS = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.BELOW_NORMAL_PRIORITY_CLASS


class InferenceProcess:
    """One child that serves every local model on loopback.

    Its standard input is a pipe from us and its lifeline: the child ends when
    the pipe closes, which the system does for us even after `kill -9`. Its
    standard output tells the port; what it prints goes to the log file.

    Use it as `async with InferenceProcess(...) as process:`, or by `start` and `stop`.
    """

    def __init__(
        self,
        *,
        log_file: Path,
        model_dirs: Sequence[Path] = (),
        builtin: bool = True,
        pipelines: Mapping[str, str] | None = None,
        environment: Mapping[str, str] | None = None,
        backoff: Backoff | None = None,
    ) -> None:
        """Describe the child; nothing is started yet.

        Args:
            log_file: Where the child's output is appended.
            model_dirs: Diffusers folders or `.safetensors` files to serve.
            builtin: Whether the model in the box is served, as the default one.
            pipelines: Endpoint name to `module:factory` of further pipelines.
            environment: Variables the child gets on top of ours.
            backoff: How long to wait before starting a dead child again.
        """
        self._log_file = log_file
        in_the_box = {BUILTIN: BUILTIN_PIPELINE} if builtin else {}
        self._pipelines = in_the_box | dict(pipelines or {})
        self._models = endpoint_names(model_dirs, {BUILTIN, *self._pipelines})
        self._environment = dict(environment or {})
        self._backoff = backoff or Backoff()
        self._access_key = secrets.token_hex(16)
        self._port: int | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._supervision: asyncio.Task[None] | None = None
        self._http: httpx.AsyncClient | None = None

    @property
    def endpoints(self) -> tuple[str, ...]:
        """Names of the endpoints served, the default one first."""
        return (*self._pipelines, *self._models)

    @property
    def base_url(self) -> str:
        """Where it listens; after a restart the same, unless the port was lost.

        Raises:
            StudioUnavailable: It was never started.
        """
        if self._port is None:
            raise StudioUnavailable("The inference process is not started.")
        return f"http://{HOST}:{self._port}"

    @property
    def access_key(self) -> str:
        """The access key id its callers must sign with; made for this object."""
        return self._access_key

    @property
    def pid(self) -> int | None:
        """Process id of the child that runs now; None while there is none."""
        if self._process is None or self._process.returncode is not None:
            return None
        return self._process.pid

    async def __aenter__(self) -> InferenceProcess:
        """Start it."""
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop it."""
        await self.stop()

    async def start(self) -> None:
        """Start the child and wait until it listens; its models may still be loading.

        Raises:
            StudioUnavailable: It ended, or said nothing, before it listened.
        """
        self._http = httpx.AsyncClient(trust_env=False, timeout=_PING_SECONDS)
        try:
            await self._spawn()
        except BaseException:
            await self.stop()
            raise
        self._supervision = asyncio.create_task(self._supervise())

    async def stop(self) -> None:
        """End the child: kindly, then firmly. Does nothing when it is not running."""
        if self._supervision is not None:
            self._supervision.cancel()
            with suppress(asyncio.CancelledError):
                await self._supervision
            self._supervision = None
        await self._end_child()
        if self._http is not None:
            await self._http.aclose()
            self._http = None

    async def ready(self) -> bool:
        """Whether it listens, and its default model is loaded or cannot be."""
        if self._http is None or self.pid is None:
            return False
        try:
            answer = await self._http.get(f"{self.base_url}/ping")
        except httpx.HTTPError:
            return False
        return takes_work(answer)

    async def _supervise(self) -> None:
        while True:
            began = time.monotonic()
            if self._process is not None:
                code = await self._process.wait()
                log.warning("The inference process ended with %s", code)
            delay = self._backoff.after(ran_seconds=time.monotonic() - began)
            await asyncio.sleep(delay)
            try:
                await self._spawn()
            except (StudioUnavailable, OSError) as error:
                log.error("The inference process could not be started again: %s", error)

    async def _spawn(self) -> None:
        await self._end_child()
        with self._open_log() as output:
            self._process = await asyncio.create_subprocess_exec(
                *self._command(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=output,
                env=self._child_environment(),
                creationflags=_CREATION_FLAGS,
                # Ctrl-C in our terminal is ours: the child ends when we end it.
                start_new_session=True,
            )
        self._port = await self._read_port(self._process)

    async def _read_port(self, process: asyncio.subprocess.Process) -> int:
        assert process.stdout is not None  # noqa: S101 - it was piped
        try:
            line = await asyncio.wait_for(process.stdout.readline(), _START_SECONDS)
            return int(json.loads(line)["port"])
        except (TimeoutError, ValueError, KeyError) as error:
            await self._end_child()
            raise StudioUnavailable(
                f"The inference process did not start. {self._log_file} says why."
            ) from error

    async def _end_child(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        assert process.stdin is not None  # noqa: S101 - it was piped
        process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), _STOP_SECONDS)
        except TimeoutError:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    def _command(self) -> list[str]:
        # -P: what lies in the current directory must not pass for a module.
        command = [sys.executable, "-P", "-m", "genai_studio.inference"]
        command += ["--host", HOST, "--port", str(self._port or 0), "--any-port"]
        command += ["--attached", "--low-priority"]
        for name, factory in self._pipelines.items():
            command += ["--pipeline", f"{name}={factory}"]
        for path in self._models.values():
            command += ["--model-dir", str(path.absolute())]
        return command

    def _child_environment(self) -> dict[str, str]:
        """Ours, without what the child has no use for: the AWS credentials."""
        package_root = str(Path(genai_studio.__file__).parent.parent)
        inherited = {name: value for name, value in os.environ.items() if name[:4] != "AWS_"}
        environment = inherited | self._environment
        paths = [package_root, environment.get("PYTHONPATH", "")]
        return environment | {
            ACCESS_KEY_VARIABLE: self._access_key,
            "PYTHONPATH": os.pathsep.join(path for path in paths if path),
        }

    def _open_log(self) -> IO[bytes]:
        self._log_file.parent.mkdir(parents=True, exist_ok=True)
        full = self._log_file.exists() and self._log_file.stat().st_size > _MAX_LOG_BYTES
        return self._log_file.open("wb" if full else "ab")
