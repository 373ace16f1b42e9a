"""Structure of the source tree."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "resolvers").rglob("*.py"))
LOCKS = (*ROOT.glob("requirements*.lock"), *ROOT.glob("*/package-lock.json"))


def test_import_contracts_hold() -> None:
    checked = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-logo"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize("folder", ["graphql", "resolvers"])
def test_top_level_folders_are_not_packages(folder: str) -> None:
    """`graphql/__init__.py` would shadow graphql-core for programs run from the root."""
    assert (ROOT / folder).is_dir()
    assert not (ROOT / folder / "__init__.py").exists()


def test_no_source_file_is_longer_than_400_lines() -> None:
    long = {
        path.relative_to(ROOT).as_posix(): lines
        for path in SOURCES
        if (lines := len(path.read_text("utf-8").splitlines())) > 400
    }
    assert long == {}


def test_most_source_files_are_shorter_than_250_lines() -> None:
    short = [path for path in SOURCES if len(path.read_text("utf-8").splitlines()) < 250]
    assert len(short) / len(SOURCES) > 0.9


@pytest.mark.parametrize("drawer", ["utils", "helpers", "manager", "common", "misc"])
def test_no_module_has_a_catch_all_name(drawer: str) -> None:
    named = [path for path in SOURCES if drawer in (path.stem, *path.parent.parts)]
    assert named == []


def test_every_module_has_a_docstring() -> None:
    silent = [
        path.relative_to(ROOT).as_posix()
        for path in SOURCES
        if not path.read_text("utf-8").startswith(('"""', 'r"""'))
    ]
    assert silent == []


def test_lock_files_name_no_registry_host() -> None:
    assert LOCKS
    for lock in LOCKS:
        text = lock.read_text("utf-8")
        assert '"resolved": "http' not in text, lock
        assert "index-url" not in text, lock
        assert "find-links" not in text, lock
