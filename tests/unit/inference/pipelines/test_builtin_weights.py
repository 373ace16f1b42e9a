"""Verification of the built-in model's files."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from genai_studio.inference.pipelines.builtin import BuiltinPipeline, WeightsCorrupted
from genai_studio.inference.pipelines.builtin.model.weights import FOLDER, Weights
from genai_studio.inference.pipelines.errors import PipelineUnavailable


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER, tmp_path / "weights"))


def test_a_changed_file_is_rejected(copied: Path) -> None:
    file = copied / "sprite_denoiser.onnx"
    content = bytearray(file.read_bytes())
    content[1000] ^= 1
    file.write_bytes(content)
    with pytest.raises(
        WeightsCorrupted,
        match=r"sprite_denoiser\.onnx of the built-in model has the wrong checksum",
    ):
        BuiltinPipeline.load(copied)


def test_a_missing_file_is_named(copied: Path) -> None:
    (copied / "vocabulary.json").unlink()
    with pytest.raises(
        WeightsCorrupted, match=r"vocabulary\.json of the built-in model is missing"
    ):
        BuiltinPipeline.load(copied)


@pytest.mark.parametrize("content", ["", "{", "{}", "[]"])
def test_a_broken_manifest_is_rejected(copied: Path, content: str) -> None:
    (copied / "manifest.json").write_text(content)
    with pytest.raises(WeightsCorrupted, match="manifest"):
        BuiltinPipeline.load(copied)


def test_a_file_that_is_not_in_the_manifest_is_rejected(copied: Path) -> None:
    (copied / "extra.npz").write_bytes(b"anything")
    with pytest.raises(WeightsCorrupted):
        Weights(copied).read("extra.npz")


def test_corrupted_weights_make_the_pipeline_unavailable() -> None:
    assert issubclass(WeightsCorrupted, PipelineUnavailable)


def test_the_manifest_lists_every_file_and_they_total_less_than_26_mb() -> None:
    listed = set(json.loads((FOLDER / "manifest.json").read_text("utf-8"))["files"])
    present = {path.name for path in FOLDER.iterdir()} - {"manifest.json", "NOTICE.md"}
    assert present == listed
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 26_000_000


def test_the_license_notice_is_next_to_the_weights() -> None:
    notice = (FOLDER / "NOTICE.md").read_text("utf-8")
    assert "Microsoft" in notice
    assert "MIT License" in notice
