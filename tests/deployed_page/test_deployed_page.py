"""The deployed page in Chromium, with the outputs, headers and host names of a deployment.

It must work without a violation of its Content-Security-Policy, an error in the
console, or a request to another host.
"""

from __future__ import annotations

import asyncio
import json
import os
import ssl
import subprocess
import sys
from pathlib import Path

import httpx
import msgspec
import pytest

from genai_studio.hosts.cli.deployed_studio import web
from genai_studio.hosts.cli.deployed_studio.outputs import Outputs
from genai_studio.hosts.cli.output.findings import Finding, Verdict
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
        findings = await asyncio.to_thread(diagnose, studio)
    assert visit.returncode == 0, visit.stdout + visit.stderr
    assert studio.front.unknown == set()
    assert [finding for finding in findings if finding.verdict is not Verdict.FINE] == []
    assert len(findings) == 5
    report: dict[str, list[str]] = json.loads(visit.stdout.splitlines()[-1])
    return report


def diagnose(studio: DeployedStudio) -> list[Finding]:
    """Run the checks of `doctor --aws` that need no account."""
    outputs = msgspec.convert(studio.outputs, Outputs)
    trusted = ssl.create_default_context(cafile=str(studio.front.authority))
    with httpx.Client(proxy=studio.front.proxy, verify=trusted) as http:
        return [
            *web.page(outputs, http),
            *web.api("AppSync", outputs.data.url, http),
            *web.user_pool(outputs, http),
        ]


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
