"""`make synth`: offline, without credentials, the same each time, and plain about what is wrong."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.infra.assembly import AMPLIFY, Assembly, synthesise


def files(directory: Path) -> dict[str, bytes]:
    """What is deployed, by name; besides it, `metadata.json` names the script that was run."""
    return {
        str(path.relative_to(directory)): path.read_bytes()
        for path in sorted(directory.rglob("*"))
        if path.is_file() and not path.name.endswith(".metadata.json")
    }


def failure(directory: Path, bundles: Path, environment: dict[str, str]) -> str:
    with pytest.raises(subprocess.CalledProcessError) as failed:
        synthesise(directory, bundles, environment)
    return str(failed.value.stderr)


def test_two_runs_write_the_same_bytes(assembly: Assembly, bundles: Path, tmp_path: Path) -> None:
    first, second = files(assembly.directory), files(synthesise(tmp_path, bundles).directory)
    assert sorted(second) == sorted(first)
    assert [name for name in first if first[name] != second[name]] == []


def test_a_build_of_amplifys_own_links_the_branch_and_makes_no_second_app(
    assembly: Assembly, opened: Assembly
) -> None:
    assert opened.resources("AWS::Amplify::App") == {}
    assert len(assembly.resources("AWS::Amplify::App")) == 1
    assert opened.resources("Custom::AmplifyBranchLinkerResource") != {}


def test_without_bundles_it_says_what_makes_them(tmp_path: Path) -> None:
    said = failure(tmp_path / "out", tmp_path / "nothing", {})
    assert 'run "make lambda" first' in said


UNUSABLE = {
    "AWS_SM_EP": "no_name!",
    "GENAI_STUDIO_SAGEMAKER_MODE": "batch",
    "GENAI_STUDIO_DAILY_IMAGES": "0",
    "GENAI_STUDIO_DAILY_IMAGES_STUDIO": "many",
    "GENAI_STUDIO_MONTHLY_BUDGET": "-1",
    "GENAI_STUDIO_EMAIL_DOMAINS": "*.example.com",
    "GENAI_STUDIO_CORS_ORIGINS": "http://example.com",
    "GENAI_STUDIO_ALARM_EMAIL": "operator",
}


def test_a_choice_that_cannot_be_followed_is_refused_by_its_name() -> None:
    script = (
        "import { readOptions } from './options';"
        f"for (const [name, value] of Object.entries({json.dumps(UNUSABLE)})) "
        "{ try { readOptions({ [name]: value }); console.log('taken') }"
        " catch (error) { console.log(error.message.startsWith(name) ? name : error.message) } }"
    )
    tsx = AMPLIFY / "node_modules" / ".bin" / "tsx"
    run = subprocess.run(
        [str(tsx), "--eval", script], cwd=AMPLIFY, capture_output=True, text=True, check=True
    )
    assert run.stdout.split() == list(UNUSABLE)
