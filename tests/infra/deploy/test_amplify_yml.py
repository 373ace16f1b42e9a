"""Tests that `amplify.yml` refers only to existing make targets, modules and files."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import Any

import pytest
import yaml

from tests.infra.assembly import ROOT

BUILD: dict[str, Any] = yaml.safe_load((ROOT / "amplify.yml").read_text("utf-8"))


def commands(part: str) -> list[str]:
    found: list[str] = BUILD[part]["phases"]["build"]["commands"]
    return found


def test_every_make_target_exists() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    called = "\n".join(commands("backend") + commands("frontend"))
    tasks = re.findall(r"^make (\S+)", called, re.MULTILINE)
    assert tasks == ["lambda", ".stamps/amplify-modules", "web"]
    for task in tasks:
        target = re.escape(task.replace(".stamps", "$(STAMPS)"))
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), task


def test_every_python_module_exists() -> None:
    modules = re.findall(r"python -m (\S+)", "\n".join(commands("backend") + commands("frontend")))
    assert modules == [
        "studio_deploy.preflight.model_settings",
        "studio_deploy.amplify_outputs",
        "studio_deploy.page_outputs",
        "studio_deploy.custom_http",
    ]
    for module in modules:
        path = module.replace(".", "/") + ".py"
        roots = (ROOT / "resolvers", ROOT / "infra" / "deploy")
        assert any((root / path).is_file() for root in roots), module


def test_settings_of_the_model_are_checked_before_the_deployment() -> None:
    backend = commands("backend")
    [check] = [one for one in backend if "studio_deploy.preflight.model_settings" in one]
    [deploy] = [one for one in backend if "cdk deploy" in one]
    assert backend.index(check) < backend.index(deploy)


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({}, ""),
        ({"GENAI_STUDIO_SAGEMAKER_ENDPOINT": "sd21/part"}, ""),
        ({"GENAI_STUDIO_BEDROCK_MODEL": "stability.sd3-5-large-v1:0"}, ""),
        ({"GENAI_STUDIO_SAGEMAKER_MODE": "streaming"}, "Use real-time or async"),
        (
            {
                "GENAI_STUDIO_BEDROCK_MODEL": "stability.sd3-5-large-v1:0",
                "GENAI_STUDIO_SAGEMAKER_ENDPOINT": "sd21",
            },
            "exclude each other",
        ),
    ],
)
def test_build_stops_with_the_reason_if_no_function_would_start(
    variables: dict[str, str], message: str
) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "studio_deploy.preflight.model_settings"],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": f"{ROOT / 'infra' / 'deploy'}{os.pathsep}{ROOT / 'resolvers'}",
            **variables,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == (1 if message else 0)
    assert message in run.stderr


def test_graphiql_is_served_without_a_rewrite() -> None:
    """A page in a folder needs absolute links, which Vite writes unless it has another base."""
    page = "resolvers/genai_studio/web/graphiql"
    frontend = commands("frontend")
    assert frontend.index("make web") < frontend.index(f"cp {page}.html {page}/index.html")
    assert "base:" not in (ROOT / "web" / "vite.config.ts").read_text("utf-8")
    entry = (ROOT / "web" / "graphiql.html").read_text("utf-8")
    assert re.findall(r'(?:src|href)="(?!/)', entry) == []


def test_backend_is_named_after_the_app_and_the_branch() -> None:
    [deploy] = [one for one in commands("backend") if "cdk deploy" in one]
    assert "amplify-backend-type=branch" in deploy
    assert "amplify-backend-namespace=$AWS_APP_ID" in deploy
    assert "amplify-backend-name=$AWS_BRANCH" in deploy


@pytest.mark.parametrize("file", ["amplify_outputs.json", "customHttp.yml"])
def test_generated_files_are_written_once(file: str) -> None:
    written = [
        one for one in commands("backend") + commands("frontend") if one.endswith(f"> {file}")
    ]
    assert len(written) == 1


def test_artifacts_come_from_the_build_directory() -> None:
    assert BUILD["frontend"]["artifacts"]["baseDirectory"] == "resolvers/genai_studio/web"
