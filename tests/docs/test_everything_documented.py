"""Whatever a newcomer may use is documented: folders, settings, commands, Make targets."""

from __future__ import annotations

import re
import subprocess
from dataclasses import fields
from pathlib import Path

import pytest

from genai_studio.hosts.cli.app import create_app
from genai_studio.settings import Settings
from tests.serving.studio_process import ROOT

READMES = pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
PACKAGE = "resolvers/genai_studio"

NAMED_BY_VARIABLE = {
    "sagemaker_endpoint": "AWS_SM_EP",
    "region": "AWS_REGION",
    "bucket": "OUT_S3_BUCKET_NAME",
}
"""Settings whose environment variable does not begin with GENAI_STUDIO_."""


def text_of(document: str) -> str:
    return (ROOT / document).read_text("utf-8")


def table_cells(document: str) -> set[str]:
    """What stands between backquotes in the first column of any table."""
    rows = re.findall(r"^\| ([^|]+) \|", text_of(document), re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row)}


def tracked_folders(depth: int, below: str = "") -> set[str]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", below or "."],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\0")
    return {"/".join(path.split("/")[:depth]) for path in listed if path.count("/") >= depth}


@READMES
def test_every_top_level_folder_is_in_the_tour(readme: str) -> None:
    folders = {f"{name}/" for name in tracked_folders(1) if not name.startswith(".")}
    assert folders - table_cells(readme) == set()


@READMES
def test_every_package_is_in_the_tour(readme: str) -> None:
    packages = {f"{name}/" for name in tracked_folders(3, PACKAGE)}
    assert packages - table_cells(readme) == set()


@READMES
def test_every_setting_is_in_the_settings_table(readme: str) -> None:
    names = {NAMED_BY_VARIABLE.get(field.name, field.name) for field in fields(Settings)}
    assert names - table_cells(readme) == set()


@READMES
def test_every_command_is_in_the_command_table(readme: str) -> None:
    assert commands() - table_cells(readme) == set()


def commands() -> set[str]:
    """The names of all commands, subcommands with their parent's name."""
    found = set()
    app = create_app()
    for name in app:
        if name.startswith("-"):
            continue
        children = [child for child in app[name] if not child.startswith("-")]
        found |= {f"{name} {child}" for child in children} or {name}
    return found


def test_every_make_target_is_in_the_contributor_guide() -> None:
    targets = set(re.findall(r"^([a-z-]+):.*## ", text_of("Makefile"), re.MULTILINE))
    assert targets
    assert targets - table_cells("CONTRIBUTING.md") == set()


def test_every_folder_of_tests_is_in_the_contributor_guide() -> None:
    guide = text_of("CONTRIBUTING.md")
    missing = {name for name in tracked_folders(2, "tests") if f"`{name}`" not in guide}
    assert missing - {"tests/fixtures"} == set()


def test_every_folder_of_infra_is_in_its_readme() -> None:
    guide = Path(ROOT / "infra" / "README.md").read_text("utf-8")
    missing = {
        name
        for name in tracked_folders(2, "infra")
        if f"`{name.removeprefix('infra/')}/`" not in guide
    }
    assert missing == set()
