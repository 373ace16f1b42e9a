"""Folders and files stay small, and modules stay in plain English, over the whole repository."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CODE = {".py", ".ts", ".tsx", ".mjs", ".js", ".css", ".sh"}
MAX_FILES = 14
MAX_LINES = 400

BRITISH = re.compile(
    r"\b\w*(?:[Cc]olour|[Cc]atalogue|[Bb]ehaviour|[Ff]avourite|[Nn]eighbour|[Ll]icence"
    r"|[Cc]ancelled(?!\()|[Aa]uthoris|[Ss]ynthesis(?:e|ed|es|ing)\b|[Ii]nitialis|[Rr]ecognis"
    r"|[Nn]ormalis|[Ss]erialis|[Oo]rganis)\w*"
)
FOREIGN = re.compile(r"CancelledError|cancelled_caught|check_cancelled|\.cancelled\b|normalise")
"""Names of other libraries, and words of the built-in model's fixed vocabulary."""


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    return [Path(name) for name in listed.split("\0") if name and (ROOT / name).is_file()]


def sources() -> list[Path]:
    """Every tracked file of code, without package markers."""
    return [path for path in tracked() if path.suffix in CODE and path.name != "__init__.py"]


def test_no_folder_has_more_than_14_source_files() -> None:
    counted = Counter(path.parent.as_posix() for path in sources() if path.suffix != ".css")
    assert {folder: count for folder, count in counted.items() if count > MAX_FILES} == {}


def test_no_source_file_has_more_than_400_lines() -> None:
    lengths = {
        path.as_posix(): len((ROOT / path).read_text("utf-8").splitlines()) for path in sources()
    }
    assert {path: lines for path, lines in lengths.items() if lines > MAX_LINES} == {}


@pytest.mark.parametrize("suffixes", [CODE, {".md"}], ids=["code", "prose"])
def test_spelling_is_american(suffixes: set[str]) -> None:
    found = {
        f"{path}:{number}": match[0]
        for path in tracked()
        if path.suffix in suffixes and "weights" not in path.parts and path != THIS
        for number, line in enumerate((ROOT / path).read_text("utf-8").splitlines(), 1)
        for match in BRITISH.finditer(FOREIGN.sub("", line))
    }
    assert found == {}


THIS = Path(__file__).relative_to(ROOT)
