"""The checks of `doctor`: one for each requirement of the studio."""

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
from importlib.util import find_spec
from pathlib import Path

from genai_studio.domain.errors import StudioUnavailable
from genai_studio.hosts.cli.client.running_studio import read_address
from genai_studio.hosts.cli.output.findings import Finding, Verdict
from genai_studio.settings import Settings

PACKAGE = Path(__file__).parents[3]
WEB_BUNDLE = PACKAGE / "web" / "index.html"
WEIGHTS = PACKAGE / "inference" / "pipelines" / "builtin" / "weights"
MIN_PYTHON = (3, 11)
MIN_SQLITE = (3, 37)
"""The first version with STRICT tables, which the records use."""
MIN_FREE_BYTES = 1_000_000_000

_REINSTALL = "Reinstall genai-studio; the package contains the model's weights."
_DIFFUSERS_EXTRA = ("diffusers", "torch", "transformers", "accelerate", "safetensors")


def examine(settings: Settings) -> Iterator[Finding]:
    """Run all checks, in the order in which the studio needs the requirements."""
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
    if sys.version_info >= MIN_PYTHON:
        return Finding("Python", Verdict.FINE, found)
    required = ".".join(str(part) for part in MIN_PYTHON)
    remedy = f"Install Python {required} or newer."
    return Finding("Python", Verdict.MISSING, found, remedy)


def _sqlite(settings: Settings) -> Finding:
    subject, found = "SQLite", sqlite3.sqlite_version
    if sqlite3.sqlite_version_info >= MIN_SQLITE:
        return Finding(subject, Verdict.FINE, found)
    required = ".".join(str(part) for part in MIN_SQLITE)
    remedy = f"Use a Python with SQLite {required} or newer, such as from python.org or uv."
    return Finding(subject, Verdict.MISSING, found, remedy)


def _data_dir(settings: Settings) -> Finding:
    subject, folder = "Data directory", settings.data_dir
    existing = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    try:
        with tempfile.TemporaryFile(dir=existing):
            pass
    except OSError as error:
        remedy = "Make it writable, or choose another directory with --data-dir."
        return Finding(subject, Verdict.MISSING, f"{folder}: {error.strerror}", remedy)
    note = "" if existing == folder else " (will be created)"
    return Finding(subject, Verdict.FINE, f"{folder}{note}")


def _disk(settings: Settings) -> Finding:
    folder = settings.data_dir
    existing = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    free = shutil.disk_usage(existing).free
    found = f"{free / 1e9:.1f} GB free"
    if free >= MIN_FREE_BYTES:
        return Finding("Disk", Verdict.FINE, found)
    remedy = f"Free at least {MIN_FREE_BYTES / 1e9:.0f} GB for the images in the data directory."
    return Finding("Disk", Verdict.MISSING, found, remedy)


def _port(settings: Settings) -> Finding:
    subject, address = "Port", f"{settings.host}:{settings.port}"
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        # create_server sets the same options as the studio: ports in TIME_WAIT are free.
        socket.create_server((settings.host, settings.port), family=family).close()
    except OSError as error:
        running = read_address(settings.data_dir)
        if running is not None and running.url.rstrip("/").endswith(f":{settings.port}"):
            return Finding(subject, Verdict.FINE, f"{address} is used by this studio")
        if error.errno == errno.EADDRINUSE:
            remedy = "Choose another port with --port, or any free one with --port 0."
            return Finding(subject, Verdict.MISSING, f"{address} is in use", remedy)
        remedy = "Choose another address with --host and --port."
        return Finding(subject, Verdict.MISSING, f"{address}: {error.strerror}", remedy)
    return Finding(subject, Verdict.FINE, f"{address} is free")


def _web_bundle(settings: Settings) -> Finding:
    if WEB_BUNDLE.is_file():
        return Finding("Web page", Verdict.FINE, "built")
    remedy = "In a checkout, run: make web (Node.js 20.19+ or 22.12+). Wheels contain the page."
    return Finding("Web page", Verdict.MISSING, "not built", remedy)


def _onnxruntime(settings: Settings) -> Finding:
    subject = "ONNX Runtime"
    try:
        version: str = importlib.import_module("onnxruntime").__version__
    except ImportError as error:
        remedy = "Run: pip install onnxruntime."
        return Finding(subject, Verdict.MISSING, type(error).__name__, remedy)
    return Finding(subject, Verdict.FINE, version)


def _builtin_model(settings: Settings) -> Finding:
    subject = "Built-in model"
    if not settings.builtin_model:
        return Finding(subject, Verdict.OPTIONAL, "disabled")
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
    subject = "Custom models"
    missing = [name for name in _DIFFUSERS_EXTRA if find_spec(name) is None]
    for folder in settings.model_dirs:
        if not folder.exists():
            remedy = "Correct --model-dir or GENAI_STUDIO_MODEL_DIRS."
            return Finding(subject, Verdict.MISSING, f"{folder} does not exist", remedy)
    if not missing:
        return Finding(subject, Verdict.FINE, "diffusers is installed")
    remedy = "Run: pip install 'genai-studio[diffusers]'."
    verdict = Verdict.MISSING if settings.model_dirs else Verdict.OPTIONAL
    return Finding(subject, verdict, f"not installed: {', '.join(missing)}", remedy)


def _aws(settings: Settings) -> Finding:
    subject = "Model in AWS"
    from botocore.exceptions import BotoCoreError
    from botocore.session import get_session

    from genai_studio.bootstrap.aws_model import synchronous_aws_model

    try:
        model = synchronous_aws_model(settings)
    except StudioUnavailable as error:
        return Finding(subject, Verdict.MISSING, "invalid settings", str(error))
    if model is None:
        remedy = (
            "To use a SageMaker endpoint, set AWS_SM_EP and AWS_REGION; "
            "to use a model in Amazon Bedrock, set GENAI_STUDIO_BEDROCK_MODEL."
        )
        return Finding(subject, Verdict.OPTIONAL, "none configured", remedy)
    try:
        session = get_session()
        region = settings.region or session.get_config_variable("region")
        credentials: object = session.get_credentials()
    except BotoCoreError as error:
        remedy = "Correct AWS_PROFILE and your AWS configuration."
        return Finding(subject, Verdict.MISSING, type(error).__name__, remedy)
    if credentials is None:
        remedy = "Sign in, for example with: aws configure, or aws sso login."
        return Finding(subject, Verdict.MISSING, "no AWS credentials", remedy)
    if model.bedrock is not None:
        used = f"Amazon Bedrock {model.bedrock.model_id} in {settings.bedrock_region}"
    elif region:
        used = f"SageMaker endpoint {model.endpoint} in {region}, serving {model.id}"
    else:
        remedy = "Set AWS_REGION to the region of the endpoint."
        return Finding(subject, Verdict.MISSING, "no AWS region", remedy)
    profile = os.environ.get("AWS_PROFILE", "default")
    return Finding(subject, Verdict.FINE, f"{used}, AWS profile {profile}")
