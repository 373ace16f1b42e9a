"""Broken model files are named before anything is drawn, and invalid images are failures."""

import json
import re
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import httpx
import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file

from genai_studio.domain.errors import EndpointError
from genai_studio.domain.failure import FailureCode
from genai_studio.inference.http.app import create_app
from genai_studio.inference.pipelines.diffusers import pipeline as diffusers_pipeline
from genai_studio.inference.pipelines.diffusers.pipeline import DiffusersPipeline
from genai_studio.inference.pipelines.errors import PipelineUnavailable
from genai_studio.inference.pipelines.interface import SamplingParameters
from genai_studio.inference.sampling.loading import build_registry
from genai_studio.inference.settings import read_settings
from genai_studio.ports import EndpointProgress
from genai_studio.sagemaker.client import loopback_client
from genai_studio.sagemaker.endpoint import SageMakerEndpoint
from tests.builders import a_request
from tests.diffusers.checkpoint import save_checkpoint
from tests.diffusers.tiny_models import (
    LAYERS,
    SIDE,
    save_stable_diffusion,
    save_stable_diffusion_xl,
)
from tests.serving.live_server import live_server
from tests.serving.toy_catalog import a_catalog, a_model

# These libraries emit deprecation warnings about each other.
pytestmark = [
    pytest.mark.filterwarnings("ignore:::diffusers"),
    pytest.mark.filterwarnings("ignore:::torch"),
    pytest.mark.filterwarnings("ignore:::transformers"),
]

UNET = "unet/diffusion_pytorch_model.safetensors"
VAE = "vae/diffusion_pytorch_model.safetensors"
TEXT = "text_encoder/model.safetensors"
LFS_POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 3438167534\n"


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_stable_diffusion(tmp_path_factory.mktemp("original") / "tiny")


@pytest.fixture
def folder(original: Path, tmp_path: Path) -> Path:
    return shutil.copytree(original, tmp_path / "tiny")


def cut_in_half(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def edit_tensors(file: Path, edit: Callable[[str, torch.Tensor], torch.Tensor | None]) -> None:
    edited = {name: edit(name, tensor) for name, tensor in load_file(file).items()}
    save_file({name: tensor for name, tensor in edited.items() if tensor is not None}, file)


def without_prefix(prefix: str, name: str, tensor: torch.Tensor) -> torch.Tensor | None:
    return None if name.startswith(prefix) else tensor


def draw(pipeline: DiffusersPipeline) -> Image.Image:
    parameters = SamplingParameters(width=SIDE, height=SIDE, steps=2, guidance_scale=5.0, seed=7)
    latents = pipeline.denoise(
        pipeline.encode_text("a red apple", ""), parameters, lambda step: None, lambda: False
    )
    return pipeline.decode(latents, parameters)


def fault_of(path: Path) -> str:
    """Load a broken model and return the error message, which must not contain its path."""
    with pytest.raises(PipelineUnavailable) as unavailable:
        DiffusersPipeline.load(path)
    message = str(unavailable.value)
    assert str(path.parent) not in message
    return message


@pytest.mark.parametrize("file", [UNET, VAE, TEXT])
def test_truncated_weights_are_named(folder: Path, file: str) -> None:
    size = (folder / file).stat().st_size
    cut_in_half(folder / file)
    assert fault_of(folder) == (
        f"Model tiny: {file} is truncated: it has {size // 2:,} of {size:,} bytes. "
        "Download the file again."
    )


@pytest.mark.parametrize("file", [UNET, VAE, TEXT])
@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "is empty"),
        (LFS_POINTER, "is a Git LFS pointer"),
        (b"<!DOCTYPE html>\n<html><body>Sign in</body></html>", "is an HTML page"),
        (b"PK\x03\x04 a pickle of an old checkpoint" * 10, "is not a safetensors file"),
    ],
    ids=["empty", "lfs", "html", "other"],
)
def test_files_that_are_not_weights_are_named(
    folder: Path, file: str, content: bytes, fault: str
) -> None:
    (folder / file).write_bytes(content)
    assert fault_of(folder).startswith(f"Model tiny: {file} {fault}")


@pytest.mark.parametrize("component", ["vae", "unet", "text_encoder", "tokenizer", "scheduler"])
def test_a_missing_component_is_named(folder: Path, component: str) -> None:
    shutil.rmtree(folder / component)
    assert fault_of(folder).startswith(f"Model tiny: {component}/ is missing.")


@pytest.mark.parametrize(
    "file",
    [
        UNET,
        VAE,
        TEXT,
        "unet/config.json",
        "vae/config.json",
        "text_encoder/config.json",
        "scheduler/scheduler_config.json",
    ],
)
def test_a_missing_file_is_named(folder: Path, file: str) -> None:
    (folder / file).unlink()
    assert fault_of(folder).startswith(f"Model tiny: {file} is missing")


def test_a_missing_vocabulary_is_named(folder: Path) -> None:
    for file in ("tokenizer.json", "vocab.json", "merges.txt"):
        (folder / "tokenizer" / file).unlink(missing_ok=True)
    assert fault_of(folder).startswith("Model tiny: tokenizer/tokenizer.json is missing")


@pytest.mark.parametrize("content", ["", "{", "[]", LFS_POINTER.decode(), "<html></html>"])
def test_damaged_json_is_named(folder: Path, content: str) -> None:
    files = [file.relative_to(folder).as_posix() for file in folder.rglob("*.json")]
    assert len(files) >= 6
    for name in files:
        file = folder / name
        valid = file.read_text()
        file.write_text(content)
        assert re.match(rf"Model tiny: {re.escape(name)} is ", fault_of(folder))
        file.write_text(valid)


def test_a_missing_shard_is_named(folder: Path) -> None:
    shards = {"a": "diffusion_pytorch_model-00001-of-00002.safetensors"}
    shards["b"] = "diffusion_pytorch_model-00002-of-00002.safetensors"
    (folder / UNET).rename(folder / "unet" / shards["a"])
    (folder / f"{UNET}.index.json").write_text(json.dumps({"weight_map": shards}))
    assert fault_of(folder).startswith(f"Model tiny: unet/{shards['b']} is missing.")


@pytest.mark.parametrize("file", [UNET, VAE, TEXT])
def test_weights_of_a_wrong_shape_are_named(folder: Path, file: str) -> None:
    changed = min(load_file(folder / file))

    def widen(name: str, tensor: torch.Tensor) -> torch.Tensor:
        return torch.cat([tensor, tensor]) if name == changed else tensor

    edit_tensors(folder / file, widen)
    message = fault_of(folder)
    assert message.startswith(f"Model tiny: {file} does not match config.json: 1 tensors")
    assert changed.removeprefix("text_model.") in message


@pytest.mark.parametrize("file", [UNET, VAE, TEXT])
def test_missing_tensors_are_named(folder: Path, file: str) -> None:
    dropped = min(load_file(folder / file))
    edit_tensors(folder / file, lambda name, tensor: None if name == dropped else tensor)
    message = fault_of(folder)
    assert message.startswith(f"Model tiny: {file} lacks 1 tensors of this architecture")
    assert dropped.removeprefix("text_model.") in message


def test_weights_of_another_architecture_are_named(folder: Path) -> None:
    shutil.copy(folder / VAE, folder / UNET)
    assert fault_of(folder).startswith(f"Model tiny: {UNET} lacks ")


def test_a_class_that_does_not_exist_is_named(folder: Path) -> None:
    index = json.loads((folder / "model_index.json").read_text())
    index["unet"] = ["diffusers", "UNetOfTheFuture"]
    (folder / "model_index.json").write_text(json.dumps(index))
    assert "unet needs the class UNetOfTheFuture" in fault_of(folder)


@pytest.mark.parametrize("file", [UNET, VAE, TEXT])
def test_nan_weights_are_named(folder: Path, file: str) -> None:
    edit_tensors(folder / file, lambda name, tensor: torch.full_like(tensor, torch.nan))
    assert fault_of(folder).startswith(f"Model tiny: {file} has invalid weights")


def test_a_broken_checkpoint_is_named(original: Path, tmp_path: Path) -> None:
    shutil.copytree(original, tmp_path / "tiny")
    file = save_checkpoint(original, LAYERS, tmp_path / "tiny.safetensors")
    complete = file.read_bytes()
    assert draw(DiffusersPipeline.load(file)).size == (SIDE, SIDE)

    cut_in_half(file)
    assert fault_of(file).startswith("Model tiny.safetensors: tiny.safetensors is truncated")
    file.write_bytes(LFS_POINTER)
    assert "tiny.safetensors is a Git LFS pointer" in fault_of(file)

    for prefix in ("first_stage_model.decoder.conv_in", "model.diffusion_model.out.2"):
        file.write_bytes(complete)
        edit_tensors(file, partial(without_prefix, prefix))
        assert fault_of(file).startswith("Model tiny.safetensors")
    file.write_bytes(complete)
    (tmp_path / "tiny" / "vae" / "config.json").write_text("{")
    assert "vae/config.json is not a valid JSON object" in fault_of(file)


def test_a_symbolic_link_with_spaces_and_chinese_characters_works(
    folder: Path, tmp_path: Path
) -> None:
    link = tmp_path / "我的 模型 1.5"
    link.symlink_to(folder, target_is_directory=True)
    assert draw(DiffusersPipeline.load(link)).size == (SIDE, SIDE)
    cut_in_half(folder / VAE)
    assert fault_of(link).startswith(f"Model 我的 模型 1.5: {VAE} is truncated")


def test_a_windows_path_is_reported_by_name() -> None:
    with pytest.raises(PipelineUnavailable, match=r"^sd15 is not a text-to-image model"):
        DiffusersPipeline.load(Path("C:\\models\\sd15"))


def overflow_vae(folder: Path) -> None:
    """Scale the VAE's last layer beyond the range of float16; float32 has room for it."""

    def scale(name: str, tensor: torch.Tensor) -> torch.Tensor:
        return tensor * 3e4 if name.startswith("decoder.conv_in") else tensor

    edit_tensors(folder / VAE, scale)


def set_force_upcast(folder: Path, value: bool) -> None:
    file = folder / "vae" / "config.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"force_upcast": value}))


@pytest.fixture
def half_precision(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diffusers_pipeline, "_device", lambda torch: ("cpu", torch.float16))


@pytest.mark.usefixtures("half_precision")
def test_an_overflow_of_a_float16_vae_fails_with_advice(folder: Path) -> None:
    overflow_vae(folder)
    set_force_upcast(folder, False)
    pipeline = DiffusersPipeline.load(folder)
    with pytest.raises(PipelineUnavailable, match=r"Model tiny: The VAE decoded .*float32"):
        draw(pipeline)


@pytest.mark.usefixtures("half_precision")
@pytest.mark.parametrize("save", [save_stable_diffusion, save_stable_diffusion_xl])
def test_force_upcast_runs_the_vae_in_float32(tmp_path: Path, save: Callable[[Path], Path]) -> None:
    folder = save(tmp_path / "tiny")
    overflow_vae(folder)
    set_force_upcast(folder, True)
    image = draw(DiffusersPipeline.load(folder))
    assert image.size == (SIDE, SIDE)
    assert np.asarray(image).std() > 1


@pytest.mark.parametrize(
    ("value", "image"),
    [(0.0, "an all-black image"), (0.25, "one flat color"), (torch.nan, "invalid numbers")],
)
def test_a_flat_or_nan_image_is_a_failure(
    folder: Path, monkeypatch: pytest.MonkeyPatch, value: float, image: str
) -> None:
    pipeline = DiffusersPipeline.load(folder)
    # diffusers maps -1…1 to 0…1.
    decoded = torch.full((1, 3, SIDE, SIDE), 2 * value - 1)
    monkeypatch.setattr(pipeline._pipe.vae, "decode", lambda *a, **k: (decoded,))
    with pytest.raises(PipelineUnavailable, match=f"Model tiny: The VAE decoded .*{image}"):
        draw(pipeline)


def test_nan_latents_stop_the_sampling(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pipeline = DiffusersPipeline.load(folder)
    unet = pipeline._pipe.unet
    forward = unet.forward
    monkeypatch.setattr(unet, "forward", lambda *a, **k: (forward(*a, **k)[0] * torch.nan,))
    with pytest.raises(PipelineUnavailable, match=r"invalid numbers \(NaN\) in step 1"):
        draw(pipeline)


@pytest.mark.anyio
async def test_the_studio_gets_a_failure_that_is_not_retryable(folder: Path) -> None:
    cut_in_half(folder / UNET)

    async def on_progress(progress: EndpointProgress) -> None:
        pass

    models = build_registry(read_settings(["--model-dir", str(folder)], {}))
    with live_server(create_app(models)) as url:
        endpoint = SageMakerEndpoint(
            lambda model: loopback_client(url, "any"), a_catalog(a_model("tiny"))
        )
        request = a_request(model="tiny", width=SIDE, height=SIDE, steps=2)
        with pytest.raises(EndpointError) as failed:
            await endpoint.generate(request, on_progress, lambda: False)
        async with httpx.AsyncClient() as client:
            ping = await client.get(f"{url}/ping")
        assert UNET in ping.json()["failed"]
    failure = failed.value.failure
    assert (failure.code, failure.retryable) == (FailureCode.MODEL_UNAVAILABLE, False)
    assert f"{UNET} is truncated" in failure.message


def test_sharded_variant_weights_are_loaded(folder: Path) -> None:
    tensors = load_file(folder / UNET)
    names = sorted(tensors)
    halves = {
        f"diffusion_pytorch_model.fp16-0000{number}-of-00002.safetensors": names[number - 1 :: 2]
        for number in (1, 2)
    }
    for shard, keys in halves.items():
        save_file({key: tensors[key] for key in keys}, folder / "unet" / shard)
    weight_map = {key: shard for shard, keys in halves.items() for key in keys}
    index = folder / "unet" / "diffusion_pytorch_model.safetensors.index.fp16.json"
    index.write_text(json.dumps({"metadata": {}, "weight_map": weight_map}))
    expected = draw(DiffusersPipeline.load(folder)).tobytes()
    (folder / UNET).unlink()
    assert draw(DiffusersPipeline.load(folder)).tobytes() == expected
    cut_in_half(folder / "unet" / min(halves))
    assert fault_of(folder).startswith(f"Model tiny: unet/{min(halves)} is truncated")
