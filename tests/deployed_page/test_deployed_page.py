"""The deployed page in Chromium, with the outputs, headers and host names of a deployment.

It must work without a violation of its Content-Security-Policy, an error in the
console, or a request to another host.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.deployed_page.studio import DeployedStudio, deployed_studio
from tests.servers.processes.seaweedfs import REGIONS
from tests.servers.processes.server import ROOT

WEB = ROOT / "tests" / "web"
TIMEOUT_SECONDS = 240


@pytest.mark.skipif(sys.platform != "linux", reason="AWS's Lambda runtime client needs Linux")
@pytest.mark.parametrize("region", REGIONS)
def test_deployed_page(region: str, tmp_path: Path) -> None:
    report = asyncio.run(rehearse(region, tmp_path))

    assert report["faults"] == []
    (host,) = report["imageHosts"]
    assert host.endswith(f".s3.{region}.amazonaws.com")


async def rehearse(region: str, directory: Path) -> dict[str, list[str]]:
    """Visit the page of a studio and return the report of the visit."""
    async with deployed_studio(region, directory) as studio:
        visit = await asyncio.to_thread(visit_page, studio)
    assert visit.returncode == 0, visit.stdout + visit.stderr
    assert studio.front.unknown == set()
    report: dict[str, list[str]] = json.loads(visit.stdout.splitlines()[-1])
    return report


def visit_page(studio: DeployedStudio) -> subprocess.CompletedProcess[str]:
    """Run the browser script."""
    return subprocess.run(
        ["node", "--import", "tsx", "tools/deployedPage.ts"],
        cwd=WEB,
        env=os.environ
        | {
            "PAGE_URL": studio.page_url,
            "FRONT_PORT": str(studio.front.port),
            "STUDIO_USERNAME": studio.username,
            "STUDIO_PASSWORD": studio.password,
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=TIMEOUT_SECONDS,
    )
