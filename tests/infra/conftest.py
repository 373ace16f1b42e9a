"""Fixtures that synthesize the backend once per test run, shared by all pytest-xdist workers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from tests.infra.assembly import Assembly, synthesize, write_placeholder_bundles

FINDINGS = "../tests/infra/backend/findings.ts"
CATALOG = "resolvers/genai_studio/models.toml"
ALL_OPTIONS = {
    "AWS_SM_EP": "Studio/sd21",
    "GENAI_STUDIO_SAGEMAKER_MODE": "async",
    "GENAI_STUDIO_CATALOG": CATALOG,
    "GENAI_STUDIO_WORKER_CONCURRENCY": "40",
    "GENAI_STUDIO_RESERVED_CONCURRENCY": "worker=40, appsync=100",
    "GENAI_STUDIO_REQUESTS_PER_ADDRESS": "2000",
    "GENAI_STUDIO_EMAIL_DOMAINS": "example.com, example.org",
    "GENAI_STUDIO_CORS_ORIGINS": "https://app.example.com",
    "GENAI_STUDIO_ALARM_EMAIL": "operator@example.com",
    "GENAI_STUDIO_EMAIL_SENDER": "studio@example.com",
    "GENAI_STUDIO_CONTENT_PRODUCER": "Example-Studio",
    "GENAI_STUDIO_DOWNLOAD_LABEL": "zh",
    "GENAI_STUDIO_SNAP_START": "off",
}
BEDROCK = {"GENAI_STUDIO_BEDROCK_MODEL": "stability.sd3-5-large-v1:0"}
AMPLIFY_HOSTING_BUILD = {
    "amplify-backend-type": "branch",
    "amplify-backend-namespace": "d1a2b3c4",
    "amplify-backend-name": "main",
}


@pytest.fixture(scope="session")
def run_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a directory that all workers of this run share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if base.name.startswith("popen-") else base


@pytest.fixture(scope="session")
def bundles(run_directory: Path) -> Path:
    directory = run_directory / "bundles"
    with FileLock(run_directory / "bundles.lock"):
        # Written once: the CDK's cache contains the modification times of the files.
        return directory if directory.exists() else write_placeholder_bundles(directory)


@pytest.fixture(scope="session")
def assembly(run_directory: Path, bundles: Path) -> Assembly:
    """Synthesize with default options. The output is the report of `findings.ts`."""
    return _once(
        run_directory,
        "assembly",
        lambda directory: synthesize(directory, bundles, script=FINDINGS),
    )


@pytest.fixture(scope="session")
def configured(run_directory: Path, bundles: Path) -> Assembly:
    """Synthesize with every option set, in an Amplify Hosting build."""
    return _once(
        run_directory,
        "configured",
        lambda directory: synthesize(directory, bundles, ALL_OPTIONS, AMPLIFY_HOSTING_BUILD),
    )


@pytest.fixture(scope="session")
def bedrock(run_directory: Path, bundles: Path) -> Assembly:
    """Synthesize with a model in Amazon Bedrock. The output is the report of `findings.ts`."""
    return _once(
        run_directory,
        "bedrock",
        lambda directory: synthesize(directory, bundles, BEDROCK, script=FINDINGS),
    )


@pytest.fixture(scope="session", params=["assembly", "configured", "bedrock"])
def either(request: pytest.FixtureRequest) -> Assembly:
    """Run a test with each assembly."""
    found: Assembly = request.getfixturevalue(request.param)
    return found


def _once(run_directory: Path, name: str, synthesis: Callable[[Path], Assembly]) -> Assembly:
    output = run_directory / f"{name}.txt"
    with FileLock(run_directory / f"{name}.lock"):
        if not output.exists():
            assembly = synthesis(run_directory / name)
            output.write_text(assembly.output)
    return Assembly(run_directory / name, output.read_text())
