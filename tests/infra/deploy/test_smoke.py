"""Tests for `make smoke`, run against a local studio instead of a deployed one."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.infra.assembly import ROOT
from tests.serving.studio_process import TOY_PROGRAM, StudioProcess, environment


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[StudioProcess]:
    process = StudioProcess(tmp_path / "data", program=TOY_PROGRAM)
    process.start()
    process.until_ready()
    yield process
    process.close()


def smoke(outputs: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    options = ["-q", "-p", "no:cacheprovider", "--outputs", str(outputs)]
    return subprocess.run(
        [sys.executable, "-m", "pytest", "tests/smoke", *options],
        cwd=ROOT,
        env=environment(**variables),
        capture_output=True,
        text=True,
        check=False,
    )


def test_smoke_passes_on_a_working_studio(studio: StudioProcess, tmp_path: Path) -> None:
    outputs = tmp_path / "amplify_outputs.json"
    url = f"{studio.url}/graphql"
    outputs.write_text(json.dumps({"data": {"url": url}, "custom": {"http_url": url}}))
    run = smoke(outputs, GENAI_STUDIO_TOKEN=studio.token)
    assert run.returncode == 0, run.stdout + run.stderr
    assert " passed" in run.stdout


def test_missing_deployment_is_reported_with_the_next_command(tmp_path: Path) -> None:
    run = smoke(tmp_path / "nothing.json")
    assert run.returncode == 2
    assert "make deploy" in run.stdout + run.stderr


def test_missing_sign_in_is_reported_with_the_next_command(tmp_path: Path) -> None:
    outputs = tmp_path / "amplify_outputs.json"
    outputs.write_text(json.dumps({"data": {"url": "https://x/graphql"}, "custom": {}}))
    run = smoke(outputs, GENAI_STUDIO_DATA_DIR=str(tmp_path))
    assert run.returncode == 2
    assert "genai-studio login" in run.stdout + run.stderr
