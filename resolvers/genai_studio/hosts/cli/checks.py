"""What the studio needs from a machine, one check each."""

from __future__ import annotations

import errno
import hashlib
import importlib
import json
import os
import shutil
import socket
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path

from genai_studio.hosts.cli.client.running_studio import read_note
from genai_studio.settings import Settings

PACKAGE = Path(__file__).parents[2]
WEB_BUNDLE = PACKAGE / "web" / "index.html"
WEIGHTS = PACKAGE / "inference" / "pipelines" / "builtin" / "weights"
OLDEST_PYTHON = (3, 11)
OLDEST_SQLITE = (3, 37)
"""The first with STRICT tables, which the records are kept in."""
LEAST_FREE_BYTES = 1_000_000_000

_REINSTALL = "Install genai-studio again: the model's weights are part of it."
_DIFFUSERS_EXTRA = ("diffusers", "torch", "transformers", "accelerate", "safetensors")


class Verdict(StrEnum):
    """How a check came out; only MISSING keeps the studio from working."""

    FINE = "fine"
    OPTIONAL = "optional"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found.

    Attributes:
        subject: What was looked at.
        found: What was found there.
        remedy: How to get what is missing; empty where nothing is.
    """

    subject: str
    verdict: Verdict
    found: str
    remedy: str = ""


def examine(settings: Settings) -> Iterator[Finding]:
    """Every check, in the order in which the studio needs what it looks at."""
    checks: tuple[Callable[[Settings], Finding], ...] = (
        _python,
        _sqlite,
        _data_dir,
        _disk,
        _port,
        _web_bundle,
        _onnxruntime,
        _builtin_model,
        _diffusers,
        _aws,
    )
    for check in checks:
        yield check(settings)


def _python(settings: Settings) -> Finding:
    found = ".".join(str(part) for part in sys.version_info[:3])
    if sys.version_info >= OLDEST_PYTHON:
        return Finding("Python", Verdict.FINE, found)
    wanted = ".".join(str(part) for part in OLDEST_PYTHON)
    remedy = f"Install Python {wanted} or newer."
    return Finding("Python", Verdict.MISSING, found, remedy)


def _sqlite(settings: Settings) -> Finding:
    subject, found = "SQLite", sqlite3.sqlite_version
    if sqlite3.sqlite_version_info >= OLDEST_SQLITE:
        return Finding(subject, Verdict.FINE, found)
    wanted = ".".join(str(part) for part in OLDEST_SQLITE)
    remedy = f"Use a Python whose SQLite is {wanted} or newer: python.org's and uv's are."
    return Finding(subject, Verdict.MISSING, found, remedy)


def _data_dir(settings: Settings) -> Finding:
    subject, folder = "Data directory", settings.data_dir
    existing = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    try:
        with tempfile.TemporaryFile(dir=existing):
            pass
    except OSError as error:
        remedy = "Make it writable, or choose another with --data-dir."
        return Finding(subject, Verdict.MISSING, f"{folder}: {error.strerror}", remedy)
    note = "" if existing == folder else " (made at the first start)"
    return Finding(subject, Verdict.FINE, f"{folder}{note}")


def _disk(settings: Settings) -> Finding:
    folder = settings.data_dir
    existing = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    free = shutil.disk_usage(existing).free
    found = f"{free / 1e9:.1f} GB free"
    if free >= LEAST_FREE_BYTES:
        return Finding("Disk", Verdict.FINE, found)
    remedy = "Free some space: the images are kept in the data directory."
    return Finding("Disk", Verdict.MISSING, found, remedy)


def _port(settings: Settings) -> Finding:
    subject, address = "Port", f"{settings.host}:{settings.port}"
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        # As the studio listens: a port that waits for its last packets is free.
        socket.create_server((settings.host, settings.port), family=family).close()
    except OSError as error:
        note = read_note(settings.data_dir)
        if note is not None and note.url.rstrip("/").endswith(f":{settings.port}"):
            return Finding(subject, Verdict.FINE, f"{address} is this studio's, which is running")
        if error.errno == errno.EADDRINUSE:
            remedy = "Choose another with --port, or --port 0 for any."
            return Finding(subject, Verdict.MISSING, f"{address} is in use", remedy)
        remedy = "Choose another with --host and --port."
        return Finding(subject, Verdict.MISSING, f"{address}: {error.strerror}", remedy)
    return Finding(subject, Verdict.FINE, f"{address} is free")


def _web_bundle(settings: Settings) -> Finding:
    if WEB_BUNDLE.is_file():
        return Finding("Web page", Verdict.FINE, "built")
    remedy = "In a checkout: make web (Node.js 20.19+ or 22.12+). The wheel has it inside."
    return Finding("Web page", Verdict.MISSING, "not built", remedy)


def _onnxruntime(settings: Settings) -> Finding:
    subject = "ONNX Runtime"
    try:
        version: str = importlib.import_module("onnxruntime").__version__
    except ImportError as error:
        remedy = "pip install onnxruntime; it has wheels for Linux, macOS and Windows."
        return Finding(subject, Verdict.MISSING, type(error).__name__, remedy)
    return Finding(subject, Verdict.FINE, version)


def _builtin_model(settings: Settings) -> Finding:
    subject = "Built-in model"
    if not settings.builtin_model:
        return Finding(subject, Verdict.OPTIONAL, "switched off")
    try:
        manifest = json.loads((WEIGHTS / "manifest.json").read_bytes())
        sums: dict[str, str] = manifest["files"]
        files = {name: (WEIGHTS / name).read_bytes() for name in sums}
    except (OSError, ValueError, KeyError) as error:
        found = f"incomplete ({type(error).__name__})"
        return Finding(subject, Verdict.MISSING, found, _REINSTALL)
    if any(hashlib.sha256(files[name]).hexdigest() != sum_ for name, sum_ in sums.items()):
        return Finding(subject, Verdict.MISSING, "damaged", _REINSTALL)
    size = sum(len(content) for content in files.values())
    return Finding(subject, Verdict.FINE, f"{manifest['version']}, {size / 1e6:.1f} MB")


def _diffusers(settings: Settings) -> Finding:
    subject = "Models of your own"
    missing = [name for name in _DIFFUSERS_EXTRA if find_spec(name) is None]
    for folder in settings.model_dirs:
        if not folder.exists():
            remedy = "Correct GENAI_STUDIO_MODEL_DIRS."
            return Finding(subject, Verdict.MISSING, f"{folder} does not exist", remedy)
    if not missing:
        return Finding(subject, Verdict.FINE, "diffusers is installed")
    remedy = "pip install 'genai-studio[diffusers]'"
    verdict = Verdict.MISSING if settings.model_dirs else Verdict.OPTIONAL
    return Finding(subject, verdict, f"without {', '.join(missing)}", remedy)


def _aws(settings: Settings) -> Finding:
    subject = "SageMaker"
    if settings.sagemaker_endpoint is None:
        remedy = "Set AWS_SM_EP and AWS_REGION to draw with an endpoint in AWS."
        return Finding(subject, Verdict.OPTIONAL, "no endpoint named", remedy)
    import boto3
    from botocore.exceptions import BotoCoreError

    try:
        session = boto3.Session(region_name=settings.region)
        credentials: object = session.get_credentials()
    except BotoCoreError as error:
        remedy = "Correct AWS_PROFILE and your AWS configuration."
        return Finding(subject, Verdict.MISSING, type(error).__name__, remedy)
    if credentials is None:
        remedy = "Sign in, such as with: aws configure, or aws sso login."
        return Finding(subject, Verdict.MISSING, "no AWS credentials", remedy)
    if not session.region_name:
        remedy = "Set AWS_REGION to the endpoint's region."
        return Finding(subject, Verdict.MISSING, "no AWS region", remedy)
    profile = os.environ.get("AWS_PROFILE", "default")
    found = f"{settings.sagemaker_endpoint} in {session.region_name}, credentials of {profile}"
    return Finding(subject, Verdict.FINE, found)
