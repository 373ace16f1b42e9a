"""Everything that the documentation names exists: commands, options, files, variables, alarms."""

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
    """Return the document without its code blocks."""
    return re.sub(r"^```.*?^```$", "", document.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)


def code(document: Path) -> list[str]:
    """Return every line of code, from code blocks (continued lines joined) and backquotes."""
    lines = [
        line
        for block in code_blocks(document)
        if block.language in {"bash", "python"}
        for line in re.sub(r"\\\n\s*", "", block.text).splitlines()
    ]
    return [part for line in lines + _CODE.findall(prose(document)) for part in parts(line)]


def parts(line: str) -> list[str]:
    """Return the line and each of its command substitutions `$(…)`."""
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
    """Return the help text of a command, or an empty string if it does not exist."""
    module = {"genai-studio": "genai_studio.hosts.cli", "studio-endpoint": "studio_endpoint"}
    paths = environment()["PYTHONPATH"] + f":{ROOT / 'infra' / 'sagemaker'}"
    result = subprocess.run(
        [sys.executable, "-m", module[program], *command, "--help"],
        env=environment(PYTHONPATH=paths, COLUMNS="200"),
        capture_output=True,
        text=True,
        check=False,
    )
    usage = f"Usage: {' '.join((program, *command))}"
    return result.stdout if result.stdout.startswith(usage) else ""


@BY_NAME
def test_every_make_target_exists(document: Path) -> None:
    named = {
        target for line in code(document) for target in re.findall(r"\bmake ([a-z][a-z-]*)", line)
    }
    assert named <= targets()


@pytest.mark.parametrize("program", ["genai-studio", "studio-endpoint"])
@BY_NAME
def test_every_command_and_option_exists(document: Path, program: str) -> None:
    called = re.compile(rf"(?<![\w./-])(?:\S*bin/)?{program}((?: [a-z][a-z-]*)*)([^|;&#)]*)")
    for line in code(document):
        for words, rest in called.findall(line):
            command = words.split()[: 2 if words.startswith(" models ") else 1]
            if not command:
                continue
            help_text = help_of(program, *command)
            assert help_text, f"{program} {' '.join(command)} is not a command"
            for option in _OPTION.findall(rest):
                positive = option.removeprefix("no-")
                assert f"--{option}" in help_text or f"--{positive}" in help_text, (
                    f"{program} {' '.join(command)} has no --{option}"
                )


@BY_NAME
def test_every_aws_cli_call_exists(document: Path) -> None:
    """AWS's command line is generated from botocore's models."""
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
def test_every_link_resolves(document: Path) -> None:
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
def test_every_file_exists(document: Path) -> None:
    for line in _CODE.findall(prose(document)):
        for path in _PATH.findall(line):
            first = path.split("/")[0]
            places = [root for root in (ROOT, PACKAGE) if (root / first).exists()]
            if places and not line.startswith(("/", "http", "{")):
                assert any((root / path).exists() for root in places), f"{document.name}: {path}"


@BY_NAME
def test_every_variable_is_read_by_the_code(document: Path) -> None:
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
    documented = set(re.findall(r"^### (\w+)$", runbook, re.MULTILINE))
    assert alarms
    assert alarms | {"Budget"} == documented


def test_every_function_has_its_permissions_documented() -> None:
    bundles = (ROOT / "amplify" / "functions" / "bundle.ts").read_text("utf-8")
    functions = re.findall(r"^  (\w+): '\w+',$", bundles, re.MULTILINE)
    documented = (ROOT / "SECURITY.md").read_text("utf-8").partition("## What each role may do")[2]
    rows = re.findall(r"^\| ([\w, ]+) \|", documented, re.MULTILINE)
    assert functions
    assert set(functions) <= {name for row in rows for name in row.split(", ")}


def test_every_defense_has_tests() -> None:
    table = (ROOT / "SECURITY.md").read_text("utf-8").partition("## Threats and defenses")[2]
    rows = [line for line in table.partition("\n## ")[0].splitlines() if line.startswith("|")]
    assert len(rows) > 20
    for row in rows[2:]:
        tests = re.findall(r"`([^`]+)`", row.rstrip("| ").rpartition(" | ")[2])
        assert tests, row
        assert [test for test in tests if not (ROOT / test).is_file()] == []


def test_every_failure_code_has_advice() -> None:
    runbook = (ROOT / "docs" / "operate.md").read_text("utf-8")
    assert [code for code in FailureCode if f"`{code}`" not in runbook] == []


def test_the_documented_worker_timeout_is_the_deployed_one() -> None:
    seconds = json.loads((ROOT / "infra" / "pipeline.json").read_text("utf-8"))["worker"][
        "timeoutSeconds"
    ]
    docs = ROOT / "docs"
    assert f"{seconds} seconds for the worker" in (docs / "deploy.md").read_text("utf-8")
    assert f"worker 为 {seconds} 秒" in (docs / "deploy.zh-CN.md").read_text("utf-8")
