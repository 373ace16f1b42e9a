"""Synthesises once for a whole run, however many workers it has."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from tests.infra.assembly import Assembly, bundles_for_tests, synthesise

FINDINGS = "../tests/infra/backend/findings.ts"
OPENED = {
    "AWS_SM_EP": "Studio/sd21",
    "GENAI_STUDIO_SAGEMAKER_MODE": "async",
    "GENAI_STUDIO_EMAIL_DOMAINS": "example.com, example.org",
    "GENAI_STUDIO_CORS_ORIGINS": "https://app.example.com",
    "GENAI_STUDIO_ALARM_EMAIL": "operator@example.com",
}
IN_AMPLIFYS_BUILD = {
    "amplify-backend-type": "branch",
    "amplify-backend-namespace": "d1a2b3c4",
    "amplify-backend-name": "main",
}


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory of this run, the same for every worker."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if base.name.startswith("popen-") else base


@pytest.fixture(scope="session")
def bundles(shared: Path) -> Path:
    with FileLock(shared / "bundles.lock"):
        return bundles_for_tests(shared / "bundles")


@pytest.fixture(scope="session")
def assembly(shared: Path, bundles: Path) -> Assembly:
    """As an operator gets it who chooses nothing; its output is what cdk-nag finds in it."""
    return _once(
        shared,
        "assembly",
        lambda directory: synthesise(directory, bundles, script=FINDINGS),
    )


@pytest.fixture(scope="session")
def opened(shared: Path, bundles: Path) -> Assembly:
    """With every choice made, as a build of Amplify's own makes it."""
    return _once(
        shared,
        "opened",
        lambda directory: synthesise(directory, bundles, OPENED, IN_AMPLIFYS_BUILD),
    )


@pytest.fixture(scope="session", params=["assembly", "opened"])
def either(request: pytest.FixtureRequest) -> Assembly:
    """What holds of both."""
    found: Assembly = request.getfixturevalue(request.param)
    return found


def _once(shared: Path, name: str, synthesis: Callable[[Path], Assembly]) -> Assembly:
    output = shared / f"{name}.txt"
    with FileLock(shared / f"{name}.lock"):
        if not output.exists():
            made = synthesis(shared / name)
            output.write_text(made.output)
    return Assembly(shared / name, output.read_text())
