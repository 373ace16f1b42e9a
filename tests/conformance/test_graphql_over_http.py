"""The audit of the GraphQL-over-HTTP specification's own reference, over a real server.

`audits.mjs` runs graphql-http's `serverAudits` in Node, and writes a JSON array
of `{id, name, status, reason}`, with `status` one of ok, notice, warn and error.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
from pathlib import Path

import pytest

from tests.fakes.app import an_app
from tests.fakes.identity import ALICES_TOKEN
from tests.hosts.uvicorn_server import served

pytestmark = pytest.mark.anyio

AUDITS = Path(__file__).parent / "audits.mjs"


async def test_every_audit_passes_without_error_or_warning() -> None:
    node = shutil.which("node")
    assert node is not None, "Node.js is missing: the audits run in it. Run “make setup”."
    async with served(an_app().app) as address:
        audit = await asyncio.create_subprocess_exec(
            node,
            str(AUDITS),
            env=os.environ | {"URL": f"http://{address}/graphql", "TOKEN": ALICES_TOKEN},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await audit.communicate()
    assert audit.returncode is not None, err.decode()
    results = json.loads(out or "[]")

    assert len(results) >= 61, f"The audits did not run. {err.decode()}"
    failed = [one for one in results if one["status"] in {"warn", "error"}]
    assert failed == []
