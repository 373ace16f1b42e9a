"""The emulated Lambda runs, freezes, stops and loses functions as AWS does."""

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
    """As /proc has it behind the command in brackets; T is stopped."""
    return process.read_text("utf-8").rpartition(")")[2].split()[0]


async def test_a_handler_gets_its_event_a_context_and_its_own_variables(tmp_path: Path) -> None:
    async with running(tmp_path, "echo") as environment:
        first = await environment.invoke({"say": "é"})
        second = await environment.invoke({})

    assert first["event"] == {"say": "é"}
    assert first["name"] == "tried"
    assert 0 < first["left"] <= 30_000
    assert "ONE" in first["variables"]
    assert "HOME" not in first["variables"]
    assert second["process"] == first["process"]


async def test_what_a_handler_raises_is_told_by_its_text(tmp_path: Path) -> None:
    async with running(tmp_path, "fail") as environment:
        for why in ("this", "that"):
            with pytest.raises(FunctionFailed, match=f"^{why}$"):
                await environment.invoke({"why": why})


async def test_a_function_whose_time_is_over_is_stopped_and_starts_anew(tmp_path: Path) -> None:
    async with running(tmp_path, "sleep", timeout=1) as environment:
        before = await environment.invoke({"seconds": 0})
        with pytest.raises(FunctionFailed, match="timed out"):
            await environment.invoke({"seconds": 60})
        after = await environment.invoke({"seconds": 0})

    assert after != before


async def test_a_function_that_is_killed_answers_nothing_and_starts_anew(tmp_path: Path) -> None:
    async with running(tmp_path, "sleep") as environment:
        fleet = Fleet([environment])
        working = asyncio.create_task(fleet.invoke({"seconds": 60, "for": "ada"}))
        while not fleet.works_on("ada"):  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0)
        await fleet.kill_whoever_has("ada")

        with pytest.raises(FunctionFailed, match="exited"):
            await working
        assert await fleet.invoke({"seconds": 0})


async def test_a_function_is_frozen_while_it_has_no_event(tmp_path: Path) -> None:
    async with running(tmp_path, "echo") as environment:
        process = Path("/proc", str((await environment.invoke({}))["process"]), "stat")
        async with asyncio.timeout(30):
            while state(process) != "T":  # noqa: ASYNC110 - the kernel does not tell
                await asyncio.sleep(0.01)

        assert await environment.invoke({}), "and it goes on when there is one"


async def test_a_function_that_cannot_start_says_why(tmp_path: Path) -> None:
    with pytest.raises(FunctionFailed, match="does not start"):
        async with running(tmp_path, "missing"):
            pass


async def test_a_clock_can_be_ahead(tmp_path: Path) -> None:
    async with running(tmp_path, "now", clock_ahead=3600) as environment:
        assert await environment.invoke({}) > time.time() + 3000
