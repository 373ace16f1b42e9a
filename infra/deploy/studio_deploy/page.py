"""The page: packed with what it has to know, and put where Amplify serves it."""

from __future__ import annotations

import io
import json
import time
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

from studio_deploy.account import Account
from studio_deploy.custom_http import custom_http
from studio_deploy.problems import Problem
from studio_deploy.stack import ROOT

BUILT = ROOT / "resolvers" / "genai_studio" / "web"
BRANCH = "main"

_PAUSE_SECONDS = 3
_LONGEST_SECONDS = 600
_ENDED_WELL = "SUCCEED"
_ENDED = {_ENDED_WELL, "FAILED", "CANCELLED"}


def packed(built: Path, outputs: Mapping[str, Any]) -> bytes:
    """A zip of the built page and its `amplify_outputs.json`, the same for the same content."""
    files = {
        str(path.relative_to(built)): path.read_bytes()
        for path in sorted(built.rglob("*"))
        if path.is_file()
    }
    files["amplify_outputs.json"] = json.dumps(outputs, indent=2).encode()
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as writer:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            writer.writestr(entry, content)
    return archive.getvalue()


def publish(account: Account, outputs: Mapping[str, Any]) -> str:
    """Serve the built page with its headers; gives its address.

    Raises:
        Problem: It is not built, or Amplify did not take it.
    """
    if not (BUILT / "index.html").is_file():
        raise Problem("The page is not built.", "make web")
    amplify = account.client("amplify")
    app = outputs["custom"]["page_app_id"]
    amplify.update_app(appId=app, customHeaders=custom_http(outputs))
    job = amplify.create_deployment(appId=app, branchName=BRANCH)
    sent = httpx.put(
        job["zipUploadUrl"],
        content=packed(BUILT, outputs),
        headers={"Content-Type": "application/zip"},
        timeout=120,
    )
    if sent.is_error:
        raise Problem(f"The page could not be uploaded: HTTP {sent.status_code}.", "make deploy")
    amplify.start_deployment(appId=app, branchName=BRANCH, jobId=job["jobId"])
    wait(account, app, job["jobId"])
    return str(outputs["custom"]["page_url"])


def wait(account: Account, app: str, job: str) -> None:
    """Until Amplify serves what was uploaded.

    Raises:
        Problem: It does not.
    """
    amplify = account.client("amplify")
    until = time.monotonic() + _LONGEST_SECONDS
    status = "PENDING"
    while status not in _ENDED and time.monotonic() < until:
        found = amplify.get_job(appId=app, branchName=BRANCH, jobId=job)
        status = found["job"]["summary"]["status"]
        if status not in _ENDED:
            time.sleep(_PAUSE_SECONDS)
    if status != _ENDED_WELL:
        look = f"aws amplify get-job --app-id {app} --branch-name {BRANCH} --job-id {job}"
        raise Problem(f"Amplify does not serve the page: {status}.", look)
