"""The Postman collection passes against the local host and the Mangum host."""

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
    serialized,
)
from tests.docs.quick_cloud import quick_cloud
from tests.fakes.identity import ALICES_TOKEN
from tests.fakes.studio import a_studio
from tests.serving.studio_process import StudioProcess

pytestmark = pytest.mark.anyio

HERE = Path(__file__).parent
OPERATIONS = HERE.parents[1] / "graphql" / "operations"


def read_report(report: Path) -> dict[str, Any]:
    run: dict[str, Any] = json.loads(report.read_text("utf-8"))["run"]
    return run


async def newman(base_url: str, token: str, report: Path) -> dict[str, Any]:
    """Run the collection and return newman's report; fail on a non-zero exit code."""
    node = shutil.which("node")
    assert node is not None, "Node.js is required to run newman."
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
    return read_report(report)


def assert_all_passed(run: dict[str, Any]) -> None:
    assert run["failures"] == []
    sent = {execution["item"]["name"] for execution in run["executions"]}
    assert sent == {request["name"] for request in requests()}
    for execution in run["executions"]:
        if execution["item"]["name"] != "Poll until it is finished":
            assert execution.get("assertions"), f"{execution['item']['name']} has no assertions"


async def test_collection_passes_against_local_host(tmp_path: Path) -> None:
    studio = StudioProcess(tmp_path / "studio")
    studio.start()
    try:
        run = await newman(studio.url, studio.token, tmp_path / "report.json")
    finally:
        studio.close()
    assert_all_passed(run)


async def test_collection_passes_against_mangum_host(tmp_path: Path) -> None:
    async with quick_cloud(a_studio()) as base_url:
        run = await newman(base_url, ALICES_TOKEN, tmp_path / "report.json")
    assert_all_passed(run)


def test_collection_sends_every_query_and_mutation() -> None:
    sent = {
        request["request"]["body"]["graphql"]["query"]
        for request in requests()
        if "body" in request["request"]
    }
    documents = {path.read_text("utf-8"): path.stem for path in OPERATIONS.glob("*.graphql")}
    assert {documents[text] for text in documents if text not in sent} == {"generationUpdated"}


def test_committed_files_are_current() -> None:
    hint = "Run “make postman”."
    assert COLLECTION.read_text("utf-8") == serialized(collection()), hint
    assert ENVIRONMENT.read_text("utf-8") == serialized(environment()), hint


def test_environment_has_no_token() -> None:
    values = {entry["key"]: entry["value"] for entry in environment()["values"]}
    assert values["token"] == ""
