"""Tests for `make synth`: offline, reproducible, and clear about invalid options."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.infra.assembly import AMPLIFY, Assembly, synthesize


def files(directory: Path) -> dict[str, bytes]:
    """Return the content of the files by name, without `metadata.json`, which names the script."""
    return {
        str(path.relative_to(directory)): path.read_bytes()
        for path in sorted(directory.rglob("*"))
        if path.is_file() and not path.name.endswith(".metadata.json")
    }


def failure(directory: Path, bundles: Path, environment: dict[str, str]) -> str:
    with pytest.raises(subprocess.CalledProcessError) as failed:
        synthesize(directory, bundles, environment)
    return str(failed.value.stderr)


def test_synthesis_is_reproducible(assembly: Assembly, bundles: Path, tmp_path: Path) -> None:
    first, second = files(assembly.directory), files(synthesize(tmp_path, bundles).directory)
    assert sorted(second) == sorted(first)
    assert [name for name in first if first[name] != second[name]] == []


def test_amplify_hosting_build_links_the_branch_and_creates_no_app(
    assembly: Assembly, configured: Assembly
) -> None:
    assert configured.resources("AWS::Amplify::App") == {}
    assert len(assembly.resources("AWS::Amplify::App")) == 1
    assert configured.resources("Custom::AmplifyBranchLinkerResource") != {}


def test_missing_bundles_are_reported_with_the_next_command(tmp_path: Path) -> None:
    message = failure(tmp_path / "out", tmp_path / "nothing", {})
    assert 'run "make lambda" first' in message


INVALID: dict[str, str] = {
    "AWS_SM_EP": "no_name!",
    "GENAI_STUDIO_SAGEMAKER_ENDPOINT": "no_name!",
    "GENAI_STUDIO_SAGEMAKER_MODE": "batch",
    "GENAI_STUDIO_SAGEMAKER_MODEL": "a model",
    "GENAI_STUDIO_BEDROCK_MODEL": "sd3.5 large",
    "GENAI_STUDIO_DAILY_IMAGES": "0",
    "GENAI_STUDIO_DAILY_IMAGES_STUDIO": "many",
    "GENAI_STUDIO_UNFINISHED_PER_USER": "1001",
    "GENAI_STUDIO_REQUESTS_PER_ADDRESS": "9",
    "GENAI_STUDIO_MONTHLY_BUDGET": "-1",
    "GENAI_STUDIO_WORKER_CONCURRENCY": "1001",
    "GENAI_STUDIO_RESERVED_CONCURRENCY": "workers=5",
    "GENAI_STUDIO_EMAIL_DOMAINS": "*.example.com",
    "GENAI_STUDIO_CORS_ORIGINS": "http://example.com",
    "GENAI_STUDIO_ALARM_EMAIL": "operator",
    "GENAI_STUDIO_EMAIL_SENDER": "studio",
    "GENAI_STUDIO_CONTENT_PRODUCER": "Example Studio",
    "GENAI_STUDIO_DOWNLOAD_LABEL": "fr",
    "GENAI_STUDIO_SNAP_START": "yes",
}


RESERVATIONS: list[dict[str, str]] = [
    {},
    {"GENAI_STUDIO_RESERVED_CONCURRENCY": "worker=2,http=7"},
    {"GENAI_STUDIO_RESERVED_CONCURRENCY": "worker=1"},
    {"GENAI_STUDIO_RESERVED_CONCURRENCY": "http=7,http=8"},
    {"GENAI_STUDIO_RESERVED_CONCURRENCY": "http=0"},
    {"GENAI_STUDIO_RESERVED_CONCURRENCY": "worker=9", "GENAI_STUDIO_WORKER_CONCURRENCY": "10"},
    {"GENAI_STUDIO_WORKER_CONCURRENCY": "1"},
]

ENDPOINTS: list[dict[str, str]] = [
    {},
    {"AWS_SM_EP": "sd21"},
    {"GENAI_STUDIO_SAGEMAKER_ENDPOINT": "sd21/part"},
    {"GENAI_STUDIO_SAGEMAKER_ENDPOINT": "sd21", "AWS_SM_EP": "sd21"},
    {"GENAI_STUDIO_SAGEMAKER_ENDPOINT": "sd21", "AWS_SM_EP": "sdxl"},
]


def test_endpoint_is_read_from_either_variable() -> None:
    """Amplify's console rejects variables that start with AWS."""
    script = (
        "import { readOptions } from './options';"
        f"for (const environment of {json.dumps(ENDPOINTS)}) "
        "{ try { const { name, component } = readOptions(environment).endpoint;"
        " console.log(name, component) } catch { console.log('rejected') } }"
    )
    tsx = AMPLIFY / "node_modules" / ".bin" / "tsx"
    run = subprocess.run(
        [str(tsx), "--eval", script], cwd=AMPLIFY, capture_output=True, text=True, check=True
    )
    assert run.stdout.splitlines() == [
        "genai-studio null",
        "sd21 null",
        "sd21 part",
        "sd21 null",
        "rejected",
    ]


def test_concurrency_options_are_validated() -> None:
    script = (
        "import { readOptions } from './options';"
        f"for (const environment of {json.dumps(RESERVATIONS)}) "
        "{ try { const { workerConcurrency, reservedConcurrency } = readOptions(environment);"
        " console.log(workerConcurrency, JSON.stringify(reservedConcurrency)) }"
        " catch (error) { console.log(error.message) } }"
    )
    tsx = AMPLIFY / "node_modules" / ".bin" / "tsx"
    run = subprocess.run(
        [str(tsx), "--eval", script], cwd=AMPLIFY, capture_output=True, text=True, check=True
    )
    lines = run.stdout.splitlines()
    assert lines[:2] == ["2 {}", '2 {"worker":2,"http":7}']
    assert "must reserve at least 2 for the worker" in lines[2]
    assert "at most once, as FUNCTION=NUMBER separated by commas" in lines[3]
    assert 'a number from 1 to 99999, not "http=0"' in lines[4]
    assert "must reserve at least 10 for the worker" in lines[5]
    assert lines[6] == "GENAI_STUDIO_WORKER_CONCURRENCY must be between 2 and 1000, not 1."


SD35 = "stability.sd3-5-large-v1:0"
EXCLUDED: list[dict[str, str]] = [
    {"GENAI_STUDIO_BEDROCK_MODEL": SD35, "AWS_SM_EP": "sd21"},
    {"GENAI_STUDIO_BEDROCK_MODEL": SD35, "GENAI_STUDIO_SAGEMAKER_ENDPOINT": "sd21"},
    {"GENAI_STUDIO_BEDROCK_MODEL": SD35, "GENAI_STUDIO_SAGEMAKER_MODE": "async"},
    {"GENAI_STUDIO_BEDROCK_MODEL": SD35, "GENAI_STUDIO_SAGEMAKER_MODE": "streaming"},
    {"GENAI_STUDIO_BEDROCK_MODEL": SD35, "GENAI_STUDIO_BEDROCK_REGION": "the west"},
]


def test_options_that_exclude_each_other_are_rejected() -> None:
    script = (
        "import { readOptions } from './options';"
        f"for (const environment of {json.dumps(EXCLUDED)}) "
        "{ try { readOptions(environment); console.log('accepted') }"
        " catch (error) { console.log(error.message) } }"
    )
    tsx = AMPLIFY / "node_modules" / ".bin" / "tsx"
    run = subprocess.run(
        [str(tsx), "--eval", script], cwd=AMPLIFY, capture_output=True, text=True, check=True
    )
    first, second, third, fourth, fifth = run.stdout.splitlines()
    assert "AWS_SM_EP exclude each other" in first
    assert "GENAI_STUDIO_SAGEMAKER_ENDPOINT exclude each other" in second
    assert third.startswith("GENAI_STUDIO_SAGEMAKER_MODE=async does not work")
    assert fourth.startswith("GENAI_STUDIO_SAGEMAKER_MODE=streaming does not work")
    assert fifth.startswith("GENAI_STUDIO_BEDROCK_REGION must be an AWS region")


def test_error_for_an_invalid_option_starts_with_its_name() -> None:
    script = (
        "import { readOptions } from './options';"
        f"for (const [name, value] of Object.entries({json.dumps(INVALID)})) "
        "{ try { readOptions({ [name]: value }); console.log('accepted') }"
        " catch (error) { console.log(error.message.startsWith(name) ? name : error.message) } }"
    )
    tsx = AMPLIFY / "node_modules" / ".bin" / "tsx"
    run = subprocess.run(
        [str(tsx), "--eval", script], cwd=AMPLIFY, capture_output=True, text=True, check=True
    )
    assert run.stdout.split() == list(INVALID)
