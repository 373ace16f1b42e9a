"""Tests that the Lambda emulator runs, freezes, stops and restarts functions as Lambda does."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.rehearsal.emulators.aws_lambda import Environment, Fleet, Function
from tests.servers.appsync.execution import FunctionFailed
from tests.servers.processes.server import ROOT

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("linux")]


@asynccontextmanager
async def running(directory: Path, handler: str, **options: Any) -> AsyncIterator[Environment]:
    standard: dict[str, Any] = {
        "name": "tried",
        "handler": f"tests.rehearsal.emulators.handlers.{handler}",
        "environment": {"PYTHONPATH": str(ROOT), "ONE": "1"},
        "timeout": 30,
        "directory": directory,
    }
    async with Environment(Function(**standard | options)).running() as environment:
        yield environment


def state(process: Path) -> str:
    """Return the process state from /proc/PID/stat. T means stopped."""
    return process.read_text("utf-8").rpartition(")")[2].split()[0]


async def test_handler_receives_event_context_and_own_variables(tmp_path: Path) -> None:
    async with running(tmp_path, "echo") as environment:
        first = await environment.invoke({"say": "é"})
        second = await environment.invoke({})

    assert first["event"] == {"say": "é"}
    assert first["name"] == "tried"
    assert 0 < first["left"] <= 30_000
    assert "ONE" in first["variables"]
    assert "HOME" not in first["variables"]
    assert second["process"] == first["process"]


async def test_exception_is_reported_by_its_message(tmp_path: Path) -> None:
    async with running(tmp_path, "fail") as environment:
        for why in ("this", "that"):
            with pytest.raises(FunctionFailed, match=f"^{why}$"):
                await environment.invoke({"why": why})


async def test_timed_out_function_is_restarted(tmp_path: Path) -> None:
    async with running(tmp_path, "sleep", timeout=1) as environment:
        before = await environment.invoke({"seconds": 0})
        with pytest.raises(FunctionFailed, match="timed out"):
            await environment.invoke({"seconds": 60})
        after = await environment.invoke({"seconds": 0})

    assert after != before


async def test_killed_function_fails_and_is_restarted(tmp_path: Path) -> None:
    async with running(tmp_path, "sleep") as environment:
        fleet = Fleet([environment])
        working = asyncio.create_task(fleet.invoke({"seconds": 60, "for": "ada"}))
        while not fleet.is_processing("ada"):  # noqa: ASYNC110 - the fleet has no event to wait for
            await asyncio.sleep(0)
        await fleet.kill_processing("ada")

        with pytest.raises(FunctionFailed, match="exited"):
            await working
        assert await fleet.invoke({"seconds": 0})


async def test_idle_function_is_frozen(tmp_path: Path) -> None:
    async with running(tmp_path, "echo") as environment:
        process = Path("/proc", str((await environment.invoke({}))["process"]), "stat")
        async with asyncio.timeout(30):
            while state(process) != "T":  # noqa: ASYNC110 - the kernel sends no notification
                await asyncio.sleep(0.01)

        assert await environment.invoke({}), "the next event resumes it"


async def test_function_that_cannot_start_reports_its_log(tmp_path: Path) -> None:
    with pytest.raises(FunctionFailed, match="does not start"):
        async with running(tmp_path, "missing"):
            pass


async def test_clock_can_be_ahead(tmp_path: Path) -> None:
    async with running(tmp_path, "now", clock_ahead=3600) as environment:
        assert await environment.invoke({}) > time.time() + 3000
