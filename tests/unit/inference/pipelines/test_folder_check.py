"""Faults of model files are found and named without the libraries that load them."""

import json
import struct
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genai_studio.inference.pipelines.diffusers.file_faults import (
    ModelFileFault,
    read_safetensors_header,
)
from genai_studio.inference.pipelines.diffusers.folder_check import check_folder
from tests.unhurried import unhurried

UNET = "unet/diffusion_pytorch_model.safetensors"
INDEX: dict[str, Any] = {
    "_class_name": "StableDiffusionPipeline",
    "safety_checker": [None, None],
    "requires_safety_checker": False,
    "feature_extractor": ["transformers", "CLIPImageProcessor"],
    "scheduler": ["diffusers", "EulerDiscreteScheduler"],
    "text_encoder": ["transformers", "CLIPTextModel"],
    "tokenizer": ["transformers", "CLIPTokenizer"],
    "unet": ["diffusers", "UNet2DConditionModel"],
}


def safetensors(data: bytes = b"\0" * 8) -> bytes:
    tensor = {"dtype": "F32", "shape": [len(data) // 4], "data_offsets": [0, len(data)]}
    header = json.dumps({"__metadata__": {"format": "pt"}, "weight": tensor}).encode()
    return struct.pack("<Q", len(header)) + header + data


FILES: dict[str, bytes] = {
    "model_index.json": json.dumps(INDEX).encode(),
    "feature_extractor/preprocessor_config.json": b"{}",
    "scheduler/scheduler_config.json": b"{}",
    "text_encoder/config.json": b"{}",
    "text_encoder/model.safetensors": safetensors(),
    "tokenizer/tokenizer_config.json": b"{}",
    "tokenizer/vocab.json": b'{"a": 1}',
    "tokenizer/merges.txt": b"#version: 0.2\n",
    "unet/config.json": b"{}",
    UNET: safetensors(),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "sd"
    for name, content in FILES.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return folder


def fault_of(folder: Path, variant: str | None = None) -> str:
    with pytest.raises(ModelFileFault) as fault:
        check_folder(folder, "sd", variant)
    return str(fault.value)


def test_a_complete_folder_has_no_fault(folder: Path) -> None:
    check_folder(folder, "sd")


@pytest.mark.parametrize(
    "name", [name for name in FILES if name != "tokenizer/tokenizer_config.json"]
)
def test_every_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    expected = "tokenizer/tokenizer.json" if name == "tokenizer/vocab.json" else name
    assert fault_of(folder).startswith(f"Model sd: {expected} is missing")


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "is empty. Download the file again."),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0", "is a Git LFS pointer"),
        (b"\n<!doctype HTML>", "is an HTML page"),
        (b"\xef\xbb\xbf<html>", "is an HTML page"),
    ],
    ids=["empty", "lfs", "html", "html-bom"],
)
def test_every_placeholder_is_named(folder: Path, name: str, content: bytes, fault: str) -> None:
    (folder / name).write_bytes(content)
    assert fault_of(folder).startswith(f"Model sd: {name} {fault}")


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(".json")])
@pytest.mark.parametrize("content", [b"{", b"[]", b"null", b"\xff", b"[" * 100_000])
def test_damaged_json_is_named(folder: Path, name: str, content: bytes) -> None:
    (folder / name).write_bytes(content)
    assert fault_of(folder).startswith(f"Model sd: {name} is not a valid JSON object")


@pytest.mark.parametrize("component", ["feature_extractor", "scheduler", "tokenizer", "unet"])
def test_a_file_in_place_of_a_component_is_a_missing_component(
    folder: Path, component: str
) -> None:
    (folder / component).rename(folder / "elsewhere")
    (folder / component).touch()
    assert fault_of(folder).startswith(f"Model sd: {component}/ is missing")


def test_a_dangling_symbolic_link_is_a_missing_file(folder: Path) -> None:
    (folder / UNET).unlink()
    (folder / UNET).symlink_to(folder / "not downloaded")
    assert fault_of(folder).startswith(f"Model sd: {UNET} is missing")


def test_every_truncation_of_weights_is_found(folder: Path) -> None:
    complete = safetensors()
    for length in range(len(complete)):
        (folder / UNET).write_bytes(complete[:length])
        assert fault_of(folder).startswith(f"Model sd: {UNET} is ")


def test_extra_bytes_are_found(folder: Path) -> None:
    (folder / UNET).write_bytes(safetensors() + b"\0")
    assert f"{UNET} is damaged" in fault_of(folder)


@unhurried
@given(content=st.binary(max_size=80))
def test_random_bytes_raise_only_faults(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    file = tmp_path_factory.mktemp("random") / "x.safetensors"
    file.write_bytes(content)
    with pytest.raises(ModelFileFault):
        read_safetensors_header(file, "x", file.name)


@pytest.mark.parametrize(
    "header",
    [
        {"weight": 1},
        {"weight": {}},
        {"weight": {"data_offsets": [0]}},
        {"weight": {"data_offsets": ["a", "b"]}},
    ],
)
def test_a_header_with_invalid_tensors_is_a_fault(folder: Path, header: dict[str, Any]) -> None:
    text = json.dumps(header).encode()
    (folder / UNET).write_bytes(struct.pack("<Q", len(text)) + text)
    assert f"{UNET} has a damaged safetensors header" in fault_of(folder)


def test_the_variant_is_checked_and_falls_back_to_the_default_file(folder: Path) -> None:
    fp16 = folder / "unet" / "diffusion_pytorch_model.fp16.safetensors"
    fp16.write_bytes(safetensors()[:-1])
    check_folder(folder, "sd")
    assert f"unet/{fp16.name} is truncated" in fault_of(folder, "fp16")
    fp16.unlink()
    check_folder(folder, "sd", "fp16")


def test_shards_are_checked(folder: Path) -> None:
    shards = [f"diffusion_pytorch_model-0000{n}-of-00002.safetensors" for n in (1, 2)]
    index = folder / f"{UNET}.index.json"
    index.write_text(json.dumps({"weight_map": dict(zip("ab", shards, strict=True))}))
    (folder / UNET).rename(folder / "unet" / shards[0])
    assert fault_of(folder).startswith(f"Model sd: unet/{shards[1]} is missing")
    (folder / "unet" / shards[1]).write_bytes(safetensors())
    check_folder(folder, "sd")
    index.write_text('{"weight_map": {"a": "../../secret"}}')
    assert "index.json lists no weight files" in fault_of(folder)


def test_a_configuration_without_weights_is_accepted_on_request(folder: Path) -> None:
    (folder / UNET).unlink()
    check_folder(folder, "sd", weights=False)
