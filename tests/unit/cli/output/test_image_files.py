from __future__ import annotations

from pathlib import Path

import pytest

from genai_studio.hosts.cli.output.failures import CommandFailed
from genai_studio.hosts.cli.output.image_files import demand_writable, image_paths


def test_one_image_has_the_asked_name() -> None:
    assert image_paths(Path("x/a.png"), 1) == [Path("x/a.png")]


def test_more_are_numbered_before_the_suffix() -> None:
    assert image_paths(Path("x/a.b.png"), 2) == [Path("x/a.b-1.png"), Path("x/a.b-2.png")]
    assert image_paths(Path("apple"), 2) == [Path("apple-1"), Path("apple-2")]


def test_a_new_file_in_a_folder_is_fine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    demand_writable(Path("a.png"))


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(CommandFailed, match="this is a folder"):
        demand_writable(tmp_path)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandFailed, match="does not exist"):
        demand_writable(tmp_path / "nowhere" / "a.png")
