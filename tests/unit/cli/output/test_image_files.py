from __future__ import annotations

from pathlib import Path

import pytest

from genai_studio.hosts.cli.output.failures import CommandFailed
from genai_studio.hosts.cli.output.image_files import check_output_path, image_paths


def test_one_image_is_written_to_the_given_path() -> None:
    assert image_paths(Path("x/a.png"), 1) == [Path("x/a.png")]


def test_several_images_are_numbered_before_the_suffix() -> None:
    assert image_paths(Path("x/a.b.png"), 2) == [Path("x/a.b-1.png"), Path("x/a.b-2.png")]
    assert image_paths(Path("apple"), 2) == [Path("apple-1"), Path("apple-2")]


def test_a_new_file_in_an_existing_directory_is_accepted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    check_output_path(Path("a.png"))


def test_a_directory_is_rejected(tmp_path: Path) -> None:
    with pytest.raises(CommandFailed, match="this is a directory"):
        check_output_path(tmp_path)


def test_a_missing_parent_directory_is_rejected(tmp_path: Path) -> None:
    with pytest.raises(CommandFailed, match="does not exist"):
        check_output_path(tmp_path / "nowhere" / "a.png")
