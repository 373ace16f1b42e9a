"""Run the inference server as a child process and restart it when it dies."""

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
from genai_studio.inference.endpoint_names import assign_endpoint_names
from genai_studio.inference.settings import ACCESS_KEY_VARIABLE, BUILTIN, BUILTIN_PIPELINE
from genai_studio.local.inference.backoff import Backoff
from genai_studio.local.inference.health_probe import accepts_work

log = logging.getLogger(__name__)

HOST = "127.0.0.1"
_START_TIMEOUT_SECONDS = 60.0
_STOP_TIMEOUT_SECONDS = 5.0
_PING_TIMEOUT_SECONDS = 5.0
_HANG_SECONDS = 30.0
_MIN_FAILED_PINGS = 3
_MAX_LOG_BYTES = 10 * 1024 * 1024
_CREATION_FLAGS = 0
if sys.platform == "win32":
    _CREATION_FLAGS = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.BELOW_NORMAL_PRIORITY_CLASS


class InferenceProcess:
    """One child process that serves all local models on the loopback interface.

    The child's standard input is a pipe from this process. The child exits when
    the pipe closes, which the operating system does even after `kill -9`. The
    child writes its port to standard output and its log to standard error.

    Use it as `async with InferenceProcess(...) as process:`, or with `start` and `stop`.
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
        hang_seconds: float = _HANG_SECONDS,
    ) -> None:
        """Configure the child without starting it.

        Args:
            log_file: File to which the child's output is appended.
            model_dirs: Diffusers folders or `.safetensors` files to serve.
            builtin: Whether to serve the built-in model, as the default.
            pipelines: Further pipelines: endpoint name to `module:factory`.
            environment: Environment variables added to those of this process.
            backoff: Delay before a restart.
            hang_seconds: The child is killed if it answers no ping for this long.
        """
        self._log_file = log_file
        builtin_pipelines = {BUILTIN: BUILTIN_PIPELINE} if builtin else {}
        self._pipelines = builtin_pipelines | dict(pipelines or {})
        self._models = assign_endpoint_names(model_dirs, {BUILTIN, *self._pipelines})
        self._environment = dict(environment or {})
        self._backoff = backoff or Backoff()
        self._hang_seconds = hang_seconds
        self._access_key = secrets.token_hex(16)
        self._port: int | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._supervision: asyncio.Task[None] | None = None
        self._http: httpx.AsyncClient | None = None

    @property
    def endpoints(self) -> tuple[str, ...]:
        """Names of the served endpoints. The first is the default."""
        return (*self._pipelines, *self._models)

    @property
    def base_url(self) -> str:
        """URL of the child. A restart keeps the port unless another program took it.

        Raises:
            StudioUnavailable: The child was never started.
        """
        if self._port is None:
            raise StudioUnavailable("The inference process has not been started.")
        return f"http://{HOST}:{self._port}"

    @property
    def access_key(self) -> str:
        """Access key ID with which callers must sign; random for each object."""
        return self._access_key

    @property
    def pid(self) -> int | None:
        """Process ID of the running child; None if no child is running."""
        if self._process is None or self._process.returncode is not None:
            return None
        return self._process.pid

    async def __aenter__(self) -> InferenceProcess:
        """Start the child."""
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop the child."""
        await self.stop()

    async def start(self) -> None:
        """Start the child and wait until it listens. Models may still be loading.

        Raises:
            StudioUnavailable: The child exited or timed out before it listened.
        """
        self._http = httpx.AsyncClient(trust_env=False, timeout=_PING_TIMEOUT_SECONDS)
        try:
            await self._spawn()
        except BaseException:
            await self.stop()
            raise
        self._supervision = asyncio.create_task(self._supervise())

    async def stop(self) -> None:
        """Stop the child; kill it after a timeout. Does nothing if it is not running."""
        if self._supervision is not None:
            self._supervision.cancel()
            with suppress(asyncio.CancelledError):
                await self._supervision
            self._supervision = None
        await self._stop_child()
        if self._http is not None:
            await self._http.aclose()
            self._http = None

    async def ready(self) -> bool:
        """Return whether the child responds and its default model is no longer loading."""
        if self.pid is None:
            return False
        response = await self._ping(_PING_TIMEOUT_SECONDS)
        return response is not None and accepts_work(response)

    async def _supervise(self) -> None:
        while True:
            started = time.monotonic()
            if self._process is not None:
                code = await self._wait_for_end(self._process)
                log.warning("The inference process exited with code %s", code)
            delay = self._backoff.next_delay(run_seconds=time.monotonic() - started)
            await asyncio.sleep(delay)
            try:
                await self._spawn()
            except (StudioUnavailable, OSError) as error:
                log.error("The inference process could not be restarted: %s", error)

    async def _wait_for_end(self, process: asyncio.subprocess.Process) -> int:
        watch = asyncio.create_task(self._kill_if_hung(process))
        try:
            return await process.wait()
        finally:
            watch.cancel()
            await asyncio.gather(watch, return_exceptions=True)

    async def _kill_if_hung(self, process: asyncio.subprocess.Process) -> None:
        """Kill the child when it has answered no ping for `hang_seconds`.

        The number of failed pings counts too: if this process was stopped or the
        machine was suspended, the first ping afterwards may fail without a fault.
        """
        interval = self._hang_seconds / (2 * _MIN_FAILED_PINGS)
        answered_at, failed = time.monotonic(), 0
        while failed < _MIN_FAILED_PINGS or time.monotonic() - answered_at < self._hang_seconds:
            await asyncio.sleep(interval)
            if await self._ping(min(interval, _PING_TIMEOUT_SECONDS)) is None:
                failed += 1
            else:
                answered_at, failed = time.monotonic(), 0
        log.error(
            "The inference process did not respond for %.0f s; replacing it.", self._hang_seconds
        )
        with suppress(ProcessLookupError):
            process.kill()

    async def _ping(self, seconds: float) -> httpx.Response | None:
        if self._http is None:
            return None
        try:
            return await self._http.get(f"{self.base_url}/ping", timeout=seconds)
        except httpx.HTTPError:
            return None

    async def _spawn(self) -> None:
        await self._stop_child()
        with self._open_log() as output:
            self._process = await asyncio.create_subprocess_exec(
                *self._command(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=output,
                env=self._child_environment(),
                creationflags=_CREATION_FLAGS,
                # Ctrl-C in the terminal must reach the parent only; it stops the child.
                start_new_session=True,
            )
        self._port = await self._read_port(self._process)

    async def _read_port(self, process: asyncio.subprocess.Process) -> int:
        assert process.stdout is not None  # noqa: S101 - it was piped
        try:
            line = await asyncio.wait_for(process.stdout.readline(), _START_TIMEOUT_SECONDS)
            return int(json.loads(line)["port"])
        except (TimeoutError, ValueError, KeyError) as error:
            await self._stop_child()
            raise StudioUnavailable(
                f"The inference process did not start. See {self._log_file} for the reason."
            ) from error

    async def _stop_child(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        assert process.stdin is not None  # noqa: S101 - it was piped
        process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), _STOP_TIMEOUT_SECONDS)
        except TimeoutError:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    def _command(self) -> list[str]:
        # -P: do not import modules from the current directory.
        command = [sys.executable, "-P", "-m", "genai_studio.inference"]
        command += ["--host", HOST, "--port", str(self._port or 0), "--any-port"]
        command += ["--attached", "--low-priority"]
        for name, factory in self._pipelines.items():
            command += ["--pipeline", f"{name}={factory}"]
        for path in self._models.values():
            command += ["--model-dir", str(path.absolute())]
        return command

    def _child_environment(self) -> dict[str, str]:
        """Return this process's environment without AWS credentials, which the child needs not."""
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
        mode = os.O_WRONLY | os.O_CREAT | (os.O_TRUNC if full else os.O_APPEND)
        # The log may name models and folders of the user, whatever the umask is.
        descriptor = os.open(self._log_file, mode | getattr(os, "O_BINARY", 0), 0o600)
        if os.name != "nt":
            os.fchmod(descriptor, 0o600)
        return os.fdopen(descriptor, "wb")
