"""A function starts cold with what it needs, and with nothing that belongs to another."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

_PROBE = "import {module}, json, sys; print(json.dumps(sorted(sys.modules)))"

_HEAVY = {"PIL", "mangum", "starlette", "websockets", "uvicorn", "gql", "cyclopts", "rich"}
_HEAVY |= {"numpy", "onnxruntime", "sagemaker", "sqlite3", "httpx"}


@pytest.mark.parametrize(
    ("module", "may"),
    [
        ("genai_studio.hosts.appsync", set()),
        ("genai_studio.hosts.publisher", set()),
        ("genai_studio.hosts.lambda_http", {"mangum", "starlette"}),
        ("genai_studio.aws.records", set()),
        ("genai_studio.aws.images", set()),
        ("genai_studio.aws.events", set()),
        ("genai_studio.aws.identity", set()),
    ],
)
def test_it_imports_nothing_it_does_not_need(module: str, may: set[str]) -> None:
    probe = subprocess.run(
        [sys.executable, "-c", _PROBE.format(module=module)],
        capture_output=True,
        text=True,
        check=True,
    )

    loaded = {name.partition(".")[0] for name in json.loads(probe.stdout)}

    assert loaded & _HEAVY <= may
