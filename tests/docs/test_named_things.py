"""What the documents name is there: commands with their options, files, variables, alarms."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import botocore.session
import pytest
from botocore import xform_name

from genai_studio.domain.failure import FailureCode
from tests.docs.code_blocks import code_blocks
from tests.serving.studio_process import ROOT, environment

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
PACKAGE = ROOT / "resolvers" / "genai_studio"
BY_NAME = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)

_CODE = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_PATH = re.compile(r"(?<![\w/.$~-])((?:[\w.-]+/)++[\w.-]*+)(?![*{<])")
_VARIABLE = re.compile(r"\bGENAI_STUDIO_[A-Z_]+\b")
_AWS = re.compile(r"\baws ([a-z][a-z0-9-]*) ([a-z][a-z-]+)([^|;&)]*)")
_SERVICES = {"s3api": "s3"}
_OPTION = re.compile(r"(?<!\S)--([a-z][a-z-]+)")


def prose(document: Path) -> str:
    """Without its code blocks."""
    return re.sub(r"^```.*?^```$", "", document.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)


def code(document: Path) -> list[str]:
    """Every line of code: of its blocks, continued lines joined, and between backquotes."""
    lines = [
        line
        for block in code_blocks(document)
        if block.language in {"bash", "python"}
        for line in re.sub(r"\\\n\s*", "", block.text).splitlines()
    ]
    return [part for line in lines + _CODE.findall(prose(document)) for part in parts(line)]


def parts(line: str) -> list[str]:
    """The line, and what stands in it as `$(…)`, each by itself."""
    found = []
    while inner := re.search(r"\$\(([^()]*)\)", line):
        found.append(inner[1])
        line = line.replace(inner[0], "it", 1)
    return [line, *found]


@cache
def targets() -> set[str]:
    return set(
        re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    )


@cache
def help_of(program: str, *command: str) -> str:
    """What a command says of itself; empty when there is no such command."""
    module = {"genai-studio": "genai_studio.hosts.cli", "studio-endpoint": "studio_endpoint"}
    paths = environment()["PYTHONPATH"] + f":{ROOT / 'infra' / 'sagemaker'}"
    told = subprocess.run(
        [sys.executable, "-m", module[program], *command, "--help"],
        env=environment(PYTHONPATH=paths, COLUMNS="200"),
        capture_output=True,
        text=True,
        check=False,
    )
    usage = f"Usage: {' '.join((program, *command))}"
    return told.stdout if told.stdout.startswith(usage) else ""


@BY_NAME
def test_every_make_target_is_there(document: Path) -> None:
    named = {
        target for line in code(document) for target in re.findall(r"\bmake ([a-z][a-z-]*)", line)
    }
    assert named <= targets()


@pytest.mark.parametrize("program", ["genai-studio", "studio-endpoint"])
@BY_NAME
def test_every_command_and_option_is_there(document: Path, program: str) -> None:
    called = re.compile(rf"(?<![\w./-])(?:\S*bin/)?{program}((?: [a-z][a-z-]*)*)([^|;&#)]*)")
    for line in code(document):
        for words, rest in called.findall(line):
            command = words.split()[: 2 if words.startswith(" models ") else 1]
            if not command:
                continue
            told = help_of(program, *command)
            assert told, f"{program} {' '.join(command)} is no command"
            for option in _OPTION.findall(rest):
                positive = option.removeprefix("no-")
                assert f"--{option}" in told or f"--{positive}" in told, (
                    f"{program} {' '.join(command)} has no --{option}"
                )


@BY_NAME
def test_every_call_of_the_aws_cli_is_one_of_aws(document: Path) -> None:
    """Held against botocore's models, which AWS's own command line is made of."""
    session = botocore.session.get_session()
    for line in code(document):
        for service, command, rest in _AWS.findall(line):
            if service in {"configure", "sso"}:
                continue
            model = session.get_service_model(_SERVICES.get(service, service))
            operations = {xform_name(name, "-"): name for name in model.operation_names}
            assert command in operations, f"aws {service} {command}"
            shape = model.operation_model(operations[command]).input_shape
            members = {xform_name(name, "-") for name in (shape.members if shape else {})}
            for option in _OPTION.findall(rest):
                assert option in members | {"query", "output", "region"}, (
                    f"aws {service} {command} --{option}"
                )


@BY_NAME
def test_every_link_leads_somewhere(document: Path) -> None:
    for link in _LINK.findall(prose(document)):
        if "://" in link or link.startswith("mailto:"):
            continue
        file, _, anchor = link.partition("#")
        target = (document.parent / file) if file else document
        assert target.exists(), f"{document.name}: {link}"
        if anchor and target.suffix == ".md":
            headings = re.findall(r"^#+ (.+)$", target.read_text("utf-8"), re.MULTILINE)
            anchors = {re.sub(r"[^\w\- ]", "", one.lower()).replace(" ", "-") for one in headings}
            assert anchor in anchors, f"{document.name}: {link}"


@BY_NAME
def test_every_file_is_there(document: Path) -> None:
    for line in _CODE.findall(prose(document)):
        for path in _PATH.findall(line):
            first = path.split("/")[0]
            places = [root for root in (ROOT, PACKAGE) if (root / first).exists()]
            if places and not line.startswith(("/", "http", "{")):
                assert any((root / path).exists() for root in places), f"{document.name}: {path}"


@BY_NAME
def test_every_variable_is_read_somewhere(document: Path) -> None:
    settings = (PACKAGE / "settings.py").read_text("utf-8")
    others = "".join(
        path.read_text("utf-8")
        for path in (
            ROOT / "amplify" / "options.ts",
            *(ROOT / "infra" / "deploy").rglob("*.py"),
            *(PACKAGE / "hosts" / "cli").glob("*.py"),
        )
    )
    for variable in set(_VARIABLE.findall(document.read_text("utf-8"))):
        field = variable.removeprefix("GENAI_STUDIO_").lower()
        if field:
            assert re.search(rf"^    {field}:", settings, re.MULTILINE) or variable in others, (
                variable
            )


def test_every_alarm_has_a_runbook() -> None:
    source = (ROOT / "amplify" / "monitoring" / "alarms.ts").read_text("utf-8")
    alarms = set(re.findall(r"^    (\w+Alarm): \{", source, re.MULTILINE))
    runbook = (ROOT / "docs" / "operate.md").read_text("utf-8")
    told = set(re.findall(r"^### (\w+)$", runbook, re.MULTILINE))
    assert alarms
    assert alarms | {"Budget"} == told


def test_every_function_s_rights_are_told() -> None:
    bundles = (ROOT / "amplify" / "functions" / "bundle.ts").read_text("utf-8")
    functions = re.findall(r"^  (\w+): '\w+',$", bundles, re.MULTILINE)
    told = (ROOT / "SECURITY.md").read_text("utf-8").partition("## What each role may do")[2]
    rows = re.findall(r"^\| ([\w, ]+) \|", told, re.MULTILINE)
    assert functions
    assert set(functions) <= {name for row in rows for name in row.split(", ")}


def test_every_failure_code_has_advice() -> None:
    runbook = (ROOT / "docs" / "operate.md").read_text("utf-8")
    assert [code for code in FailureCode if f"`{code}`" not in runbook] == []


def test_the_workers_seconds_are_those_it_is_deployed_with() -> None:
    seconds = json.loads((ROOT / "infra" / "pipeline.json").read_text("utf-8"))["worker"][
        "timeoutSeconds"
    ]
    docs = ROOT / "docs"
    assert f"{seconds} seconds for the worker" in (docs / "deploy.md").read_text("utf-8")
    assert f"worker 为 {seconds} 秒" in (docs / "deploy.zh-CN.md").read_text("utf-8")
