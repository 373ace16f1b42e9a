"""The Postman collection runs green against the local host and against the Mangum host."""

from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.docs.postman_collection import (
    COLLECTION,
    ENVIRONMENT,
    collection,
    environment,
    requests,
    written,
)
from tests.docs.quick_cloud import quick_cloud
from tests.fakes.identity import ALICES_TOKEN
from tests.fakes.studio import a_studio
from tests.serving.studio_process import StudioProcess

pytestmark = pytest.mark.anyio

HERE = Path(__file__).parent
OPERATIONS = HERE.parents[1] / "graphql" / "operations"


def told_by(report: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(report.read_text("utf-8"))["run"]
    return told


async def newman(base_url: str, token: str, report: Path) -> dict[str, Any]:
    """Run the whole collection; what it reports, after an exit code of 0."""
    node = shutil.which("node")
    assert node is not None, "Node.js is missing: newman runs in it."
    program = HERE / "node_modules" / "newman" / "bin" / "newman.js"
    assert program.is_file(), "newman is missing. Run “make setup”."
    running = await asyncio.create_subprocess_exec(
        *(node, str(program), "run", str(COLLECTION), "--environment", str(ENVIRONMENT)),
        *("--env-var", f"baseUrl={base_url}", "--env-var", f"token={token}"),
        *("--reporters", "cli,json", "--reporter-json-export", str(report), "--color", "off"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await running.communicate()
    assert running.returncode == 0, output.decode()
    return told_by(report)


def assert_all_was_asked(run: dict[str, Any]) -> None:
    assert run["failures"] == []
    asked = {execution["item"]["name"] for execution in run["executions"]}
    assert asked == {request["name"] for request in requests()}
    for execution in run["executions"]:
        if execution["item"]["name"] != "Look until it is done":
            assert execution.get("assertions"), f"{execution['item']['name']} checks nothing"


async def test_it_runs_green_against_the_local_host(tmp_path: Path) -> None:
    studio = StudioProcess(tmp_path / "studio")
    studio.start()
    try:
        run = await newman(studio.url, studio.token, tmp_path / "report.json")
    finally:
        studio.close()
    assert_all_was_asked(run)


async def test_it_runs_green_against_the_mangum_host(tmp_path: Path) -> None:
    async with quick_cloud(a_studio()) as base_url:
        run = await newman(base_url, ALICES_TOKEN, tmp_path / "report.json")
    assert_all_was_asked(run)


def test_it_sends_every_operation_but_the_subscription() -> None:
    sent = {
        request["request"]["body"]["graphql"]["query"]
        for request in requests()
        if "body" in request["request"]
    }
    documents = {path.read_text("utf-8"): path.stem for path in OPERATIONS.glob("*.graphql")}
    assert {documents[text] for text in documents if text not in sent} == {"generationUpdated"}


def test_the_files_are_what_is_written_from_the_operations() -> None:
    hint = "Run “make postman”."
    assert COLLECTION.read_text("utf-8") == written(collection()), hint
    assert ENVIRONMENT.read_text("utf-8") == written(environment()), hint


def test_the_environment_holds_no_token() -> None:
    values = {entry["key"]: entry["value"] for entry in environment()["values"]}
    assert values["token"] == ""
