"""Upload of the built page to Amplify Hosting."""

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
from studio_deploy.page_outputs import page_outputs
from studio_deploy.problems import Problem
from studio_deploy.stack import ROOT

BUILT = ROOT / "resolvers" / "genai_studio" / "web"
BRANCH = "main"

_POLL_SECONDS = 3
_TIMEOUT_SECONDS = 600
_SUCCEEDED = "SUCCEED"
_FINAL = {_SUCCEEDED, "FAILED", "CANCELLED"}


def zip_page(built: Path, outputs: Mapping[str, Any]) -> bytes:
    """Pack the built page and its part of the outputs into a reproducible zip archive."""
    files = {
        str(path.relative_to(built)): path.read_bytes()
        for path in sorted(built.rglob("*"))
        if path.is_file()
    }
    files["amplify_outputs.json"] = json.dumps(page_outputs(outputs), indent=2).encode()
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as writer:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            writer.writestr(entry, content)
    return archive.getvalue()


def publish(account: Account, outputs: Mapping[str, Any]) -> str:
    """Deploy the built page and its response headers. Returns the URL of the page.

    Raises:
        Problem: The page is not built, or the deployment failed.
    """
    if not (BUILT / "index.html").is_file():
        raise Problem("The page is not built.", "make web")
    amplify = account.client("amplify")
    app = outputs["custom"]["page_app_id"]
    amplify.update_app(appId=app, customHeaders=custom_http(outputs))
    job = amplify.create_deployment(appId=app, branchName=BRANCH)
    uploaded = httpx.put(
        job["zipUploadUrl"],
        content=zip_page(BUILT, outputs),
        headers={"Content-Type": "application/zip"},
        timeout=120,
    )
    if uploaded.is_error:
        message = f"The upload of the page failed: HTTP {uploaded.status_code}."
        raise Problem(message, "make deploy")
    amplify.start_deployment(appId=app, branchName=BRANCH, jobId=job["jobId"])
    wait_until_served(account, app, job["jobId"])
    return str(outputs["custom"]["page_url"])


def wait_until_served(account: Account, app: str, job: str) -> None:
    """Poll until Amplify serves the uploaded page.

    Raises:
        Problem: The deployment failed, was canceled, or took longer than 10 minutes.
    """
    amplify = account.client("amplify")
    deadline = time.monotonic() + _TIMEOUT_SECONDS
    status = "PENDING"
    while status not in _FINAL and time.monotonic() < deadline:
        found = amplify.get_job(appId=app, branchName=BRANCH, jobId=job)
        status = found["job"]["summary"]["status"]
        if status not in _FINAL:
            time.sleep(_POLL_SECONDS)
    if status != _SUCCEEDED:
        command = f"aws amplify get-job --app-id {app} --branch-name {BRANCH} --job-id {job}"
        raise Problem(f"Amplify does not serve the page. Deployment status: {status}.", command)
