"""The audits of the GraphQL over HTTP specification, over a real server."""

from __future__ import annotations

import asyncio
import os
import shutil
from pathlib import Path

import pytest

from tests.fakes.app import an_app
from tests.fakes.identity import ALICES_TOKEN
from tests.hosts.asgi.uvicorn_server import served

pytestmark = pytest.mark.anyio

HERE = Path(__file__).parent


async def test_passes_every_audit() -> None:
    node = shutil.which("node")
    assert node is not None, "Node.js is missing: the audits run in it."
    assert (HERE / "node_modules").is_dir(), "graphql-http is missing. Run “make setup”."
    async with served(an_app().app) as address:
        environment = os.environ | {
            "GRAPHQL_URL": f"http://{address}/graphql",
            "GRAPHQL_TOKEN": ALICES_TOKEN,
        }
        audit = await asyncio.create_subprocess_exec(
            node,
            str(HERE / "audits.mjs"),
            env=environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await audit.communicate()
    report = output.decode()

    assert audit.returncode == 0, report
    assert "61 audits: 61 ok, 0 notices, 0 warnings, 0 errors" in report
