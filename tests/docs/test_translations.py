"""A translation matches its original: the same sections, tables, commands and code names."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.code_blocks import code_blocks
from tests.serving.studio_process import ROOT

PAIRS = [
    (path.with_name(path.name.replace(".zh-CN", "")), path)
    for path in (*ROOT.glob("*.zh-CN.md"), *(ROOT / "docs").glob("*.zh-CN.md"))
]


def outline(document: Path) -> list[tuple[int, int]]:
    """The levels of the headings, and how many rows of tables stand under each."""
    found: list[list[int]] = []
    inside = False
    for line in document.read_text("utf-8").splitlines():
        if line.startswith("```"):
            inside = not inside
        elif not inside and (heading := re.match(r"(#+) ", line)):
            found.append([len(heading[1]), 0])
        elif not inside and line.startswith("|"):
            found[-1][1] += 1
    return [(level, rows) for level, rows in found]


def commands(document: Path) -> list[str]:
    """The code blocks without comments and prompts, which are translated."""
    prompts = re.compile(r'(?<=generate )"[^"\n]*"|(?<=--search )\S+')
    return [
        prompts.sub("PROMPT", re.sub(r" *#.*$", "", one.text, flags=re.MULTILINE))
        for one in code_blocks(document)
    ]


def spoken_code(document: Path) -> set[str]:
    """What stands between backquotes outside code blocks; links to translations count as equal."""
    text = re.sub(r"^```.*?^```$", "", document.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    return {name.replace(".zh-CN.md", ".md") for name in re.findall(r"`([^`\n]+)`", text)}


def test_there_are_translations() -> None:
    assert {pair[1].name for pair in PAIRS} == {"README.zh-CN.md", "deploy.zh-CN.md"}


@pytest.mark.parametrize(("original", "translation"), PAIRS, ids=lambda path: path.name)
def test_it_has_the_same_sections_and_tables(original: Path, translation: Path) -> None:
    assert outline(translation) == outline(original)


@pytest.mark.parametrize(("original", "translation"), PAIRS, ids=lambda path: path.name)
def test_it_has_the_same_commands(original: Path, translation: Path) -> None:
    assert commands(translation) == commands(original)


@pytest.mark.parametrize(("original", "translation"), PAIRS, ids=lambda path: path.name)
def test_it_names_the_same_things(original: Path, translation: Path) -> None:
    assert spoken_code(translation) == spoken_code(original)
