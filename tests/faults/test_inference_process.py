"""The inference process restarts after crashes and exits with its studio."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import anyio.lowlevel
import httpx
import pytest

import genai_studio
from genai_studio.domain.errors import EndpointError, EndpointLost, StudioUnavailable
from genai_studio.domain.failure import FailureCode
from genai_studio.local.inference.backoff import Backoff
from genai_studio.local.inference.endpoint import InferenceEndpoint
from genai_studio.local.inference.process import InferenceProcess
from genai_studio.ports import EndpointImage, EndpointProgress
from genai_studio.sagemaker.client import loopback_client
from genai_studio.sagemaker.endpoint import SageMakerEndpoint
from genai_studio.system_clock import SystemClock
from tests.builders import a_request
from tests.serving.toy_catalog import a_catalog, a_model

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).parents[2]
TOY = {"toy": "tests.serving.toy_pipeline:slow"}
WAIT_SECONDS = 60
BODY = b'{"prompt": "x", "width": 64, "height": 64, "num_inference_steps": 2}'


def toy_process(
    directory: Path, step_seconds: float = 0.0, hang_seconds: float = 30.0
) -> InferenceProcess:
    return InferenceProcess(
        log_file=directory / "inference.log",
        builtin=False,
        pipelines=TOY,
        environment={"PYTHONPATH": str(ROOT), "TOY_STEP_SECONDS": str(step_seconds)},
        backoff=Backoff(first=0.01, longest=0.1),
        hang_seconds=hang_seconds,
    )


@pytest.fixture
async def process(tmp_path: Path) -> AsyncIterator[InferenceProcess]:
    async with toy_process(tmp_path) as process:
        yield process


async def until_ready(process: InferenceProcess) -> None:
    with anyio.fail_after(WAIT_SECONDS):
        while not await process.ready():  # noqa: ASYNC110 - another process has no event
            await anyio.sleep(0.02)


async def until_gone(pid: int) -> None:
    with anyio.fail_after(WAIT_SECONDS):
        while _runs(pid):  # noqa: ASYNC110 - another process has no event
            await anyio.sleep(0.02)


def _runs(pid: int) -> bool:
    """Return whether a process runs. A zombie does not count."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")
    return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] != "Z"


async def invoke(process: InferenceProcess) -> int:
    client = loopback_client(process.base_url, process.access_key)
    response = await asyncio.to_thread(
        client.invoke_endpoint, EndpointName="toy", Body=BODY, ContentType="application/json"
    )
    return response["ResponseMetadata"]["HTTPStatusCode"]


async def test_serves_models_to_holder_of_access_key(process: InferenceProcess) -> None:
    await until_ready(process)
    assert process.endpoints == ("toy",)
    assert await invoke(process) == 200
    async with httpx.AsyncClient(trust_env=False) as stranger:
        url = f"{process.base_url}/endpoints/toy/invocations"
        assert (await stranger.post(url, content=BODY)).status_code == 403


async def test_killed_process_restarts_with_same_port_and_key(
    process: InferenceProcess,
) -> None:
    await until_ready(process)
    url, pid = process.base_url, process.pid
    assert pid is not None
    for _ in range(2):
        os.kill(pid, signal.SIGKILL)
        await until_gone(pid)
        await until_ready(process)
        assert process.base_url == url
        assert process.pid not in (pid, None)
        assert await invoke(process) == 200
        pid = process.pid


@asynccontextmanager
async def in_the_middle_of_an_image(
    process: InferenceProcess,
) -> AsyncIterator[asyncio.Task[Sequence[EndpointImage]]]:
    """Yield a long call that has completed some steps. The test ends it."""
    client = loopback_client(process.base_url, process.access_key)
    endpoint = SageMakerEndpoint(lambda model: client, a_catalog())
    running = asyncio.Event()

    async def on_progress(progress: EndpointProgress) -> None:
        if progress.step >= 2:
            running.set()

    request = a_request(model="toy", steps=500)
    call = asyncio.create_task(endpoint.generate(request, on_progress, lambda: False))
    with anyio.fail_after(WAIT_SECONDS):
        await running.wait()
    yield call


async def test_process_killed_during_image_serves_next_attempt(
    tmp_path: Path,
) -> None:
    async with toy_process(tmp_path, step_seconds=0.1) as process:
        await until_ready(process)
        async with in_the_middle_of_an_image(process) as call:
            assert process.pid is not None
            os.kill(process.pid, signal.SIGKILL)
            with pytest.raises(EndpointError) as broken:
                await call
        assert broken.value.failure.code is FailureCode.ENDPOINT_UNAVAILABLE
        assert broken.value.failure.retryable
        await until_ready(process)
        assert await invoke(process) == 200


async def test_stopped_process_is_replaced_and_its_call_is_lost(tmp_path: Path) -> None:
    async with toy_process(tmp_path, step_seconds=0.1, hang_seconds=2.0) as process:
        await until_ready(process)
        pid = process.pid
        assert pid is not None
        client = loopback_client(process.base_url, process.access_key)
        endpoint = InferenceEndpoint(
            SageMakerEndpoint(lambda model: client, a_catalog()),
            frozenset({"toy"}),
            process.ready,
            SystemClock(),
            process_id=lambda: process.pid,
        )
        running = asyncio.Event()

        async def on_progress(progress: EndpointProgress) -> None:
            running.set()

        request = a_request(model="toy", steps=500)
        call = asyncio.create_task(endpoint.generate(request, on_progress, lambda: False))
        with anyio.fail_after(WAIT_SECONDS):
            await running.wait()
            os.kill(pid, signal.SIGSTOP)
            with pytest.raises(EndpointLost):
                await call
        await until_gone(pid)
        await until_ready(process)
        assert await invoke(process) == 200


async def test_busy_process_is_not_replaced(tmp_path: Path) -> None:
    async with toy_process(tmp_path, step_seconds=0.1, hang_seconds=3.0) as process:
        await until_ready(process)
        pid = process.pid
        async with in_the_middle_of_an_image(process) as call:
            await anyio.sleep(4.0)
            assert process.pid == pid
            call.cancel()


async def test_log_is_private_under_any_umask(tmp_path: Path) -> None:
    (tmp_path / "inference.log").touch(0o666)
    umask = os.umask(0)
    try:
        async with toy_process(tmp_path):
            pass
    finally:
        os.umask(umask)
    assert (tmp_path / "inference.log").stat().st_mode & 0o777 == 0o600


async def test_stop_ends_child_during_image(tmp_path: Path) -> None:
    process = toy_process(tmp_path, step_seconds=0.1)
    await process.start()
    await until_ready(process)
    pid = process.pid
    assert pid is not None
    async with in_the_middle_of_an_image(process) as call:
        await process.stop()
        assert not _runs(pid)
        assert process.pid is None
        assert not await process.ready()
        with pytest.raises(EndpointError):
            await call


async def test_restart_is_retried_until_it_succeeds(tmp_path: Path) -> None:
    logs = tmp_path / "logs"
    async with toy_process(logs) as process:
        await until_ready(process)
        assert process.pid is not None
        # The child cannot start without the directory for its log.
        shutil.rmtree(logs)
        logs.touch()
        os.kill(process.pid, signal.SIGKILL)
        await until_gone(process.pid)
        logs.unlink()
        await until_ready(process)
        assert await invoke(process) == 200


async def test_unloadable_model_fails_at_once_without_blocking_others(
    tmp_path: Path,
) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    process = InferenceProcess(
        log_file=tmp_path / "inference.log",
        builtin=False,
        model_dirs=[broken],
        pipelines={"missing": "tests.serving.toy_pipeline:nothing_here"} | TOY,
        environment={"PYTHONPATH": str(ROOT)},
    )
    async with process:
        await until_ready(process)
        client = loopback_client(process.base_url, process.access_key)
        models = [a_model(name) for name in ("missing", "toy", "broken")]
        endpoint = SageMakerEndpoint(lambda model: client, a_catalog(*models))
        held = InferenceEndpoint(
            endpoint, frozenset(process.endpoints), process.ready, SystemClock()
        )

        async def ignore(_: EndpointProgress) -> None:
            return None

        async def generate(model: str) -> int:
            return len(await held.generate(a_request(model=model), ignore, lambda: False))

        with anyio.fail_after(WAIT_SECONDS):
            assert await generate("toy") == 1
            with pytest.raises(EndpointError) as rejected:
                await generate("broken")
            with pytest.raises(EndpointError) as failed:
                await generate("missing")
    assert (rejected.value.failure.code, rejected.value.failure.retryable) == (
        FailureCode.MODEL_UNAVAILABLE,
        False,
    )
    assert "broken is not a text-to-image model" in rejected.value.failure.message
    assert failed.value.failure.code is FailureCode.ENDPOINT_UNAVAILABLE


async def test_stop_is_idempotent(tmp_path: Path) -> None:
    process = toy_process(tmp_path)
    await process.start()
    await process.stop()
    await process.stop()


async def test_startup_failure_names_log_file(tmp_path: Path) -> None:
    process = InferenceProcess(
        log_file=tmp_path / "inference.log", builtin=False, pipelines={"toy": "no colon here"}
    )
    with pytest.raises(StudioUnavailable, match=r"inference\.log"):
        await process.start()
    assert "must have the form NAME=MODULE:FACTORY" in (tmp_path / "inference.log").read_text()


PARENT = """
import asyncio, sys
from pathlib import Path
from tests.faults.test_inference_process import toy_process, until_ready

async def main():
    async with toy_process(Path(sys.argv[1])) as process:
        await until_ready(process)
        print(process.pid, flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


async def test_child_exits_when_parent_is_killed(tmp_path: Path) -> None:
    package = str(Path(genai_studio.__file__).parent.parent)
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([package, str(ROOT)])}
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PARENT, str(tmp_path), stdout=subprocess.PIPE, env=environment
    )
    assert parent.stdout is not None
    with anyio.fail_after(WAIT_SECONDS):
        child = int(await parent.stdout.readline())
    assert _runs(child)
    parent.kill()
    await parent.wait()
    await until_gone(child)
