import json
import struct
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genai_studio.inference.pipelines.diffusers.model_facts import ModelFacts, read_model_facts
from genai_studio.inference.pipelines.errors import PipelineUnavailable
from tests.unhurried import unhurried

INDEX = {
    "_class_name": "StableDiffusionPipeline",
    "_diffusers_version": "0.42.1",
    "safety_checker": [None, None],
    "requires_safety_checker": False,
    "scheduler": ["diffusers", "EulerDiscreteScheduler"],
    "text_encoder": ["transformers", "CLIPTextModel"],
    "unet": ["diffusers", "UNet2DConditionModel"],
    "vae": ["diffusers", "AutoencoderKL"],
}
XL_KEY = "conditioner.embedders.1.model.transformer.resblocks.9.mlp.c_proj.bias"
ATTENTION_KEY = "model.diffusion_model.input_blocks.2.1.transformer_blocks.0.attn2.to_k.weight"


def make_folder(path: Path, **more: Any) -> Path:
    files: dict[str, Any] = {
        "model_index.json": INDEX,
        "scheduler/scheduler_config.json": {"_class_name": "EulerDiscreteScheduler"},
        "unet/config.json": {"sample_size": 64},
        "vae/config.json": {"block_out_channels": [128, 256, 512, 512]},
    }
    for name, content in (files | more).items():
        file = path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(content))
    (path / "unet" / "diffusion_pytorch_model.safetensors").touch()
    return path


def make_checkpoint(path: Path, *shapes: tuple[str, list[int]]) -> Path:
    header = {
        name: {"dtype": "F16", "shape": shape, "data_offsets": [0, 0]} for name, shape in shapes
    }
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text)
    return path


def test_a_folder_defines_pipeline_class_and_side(tmp_path: Path) -> None:
    assert read_model_facts(make_folder(tmp_path / "sd")) == ModelFacts(
        "StableDiffusionPipeline", 512, 30, 7.5
    )


def test_the_side_follows_the_latent_size(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "sd", **{"unet/config.json": {"sample_size": 96}})
    assert read_model_facts(folder).side == 768


@pytest.mark.parametrize(
    "name", ["sd-turbo", "SDXL_Lightning", "FLUX.1-schnell", "dreamshaper-lcm"]
)
def test_a_distilled_model_uses_few_steps_and_no_guidance(tmp_path: Path, name: str) -> None:
    facts = read_model_facts(make_folder(tmp_path / name))
    assert (facts.steps, facts.guidance_scale, facts.uses_guidance) == (4, 0.0, False)


def test_the_lcm_scheduler_identifies_a_distilled_model(tmp_path: Path) -> None:
    scheduler = {"scheduler/scheduler_config.json": {"_class_name": "LCMScheduler"}}
    assert not read_model_facts(make_folder(tmp_path / "sd", **scheduler)).uses_guidance


def test_the_variant_is_fp16_if_all_weights_are(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "sd")
    unet = folder / "unet" / "diffusion_pytorch_model.safetensors"
    unet.rename(unet.with_name("diffusion_pytorch_model.fp16.safetensors"))
    assert read_model_facts(folder).variant == "fp16"


@pytest.mark.parametrize(
    ("name", "shapes", "pipeline_class", "side"),
    [
        ("v1", [(ATTENTION_KEY, [320, 768])], "StableDiffusionPipeline", 512),
        ("v2", [(ATTENTION_KEY, [320, 1024])], "StableDiffusionPipeline", 768),
        ("sd-turbo", [(ATTENTION_KEY, [320, 1024])], "StableDiffusionPipeline", 512),
        ("xl", [(XL_KEY, [1280])], "StableDiffusionXLPipeline", 1024),
        ("sdxl-turbo", [(XL_KEY, [1280])], "StableDiffusionXLPipeline", 512),
    ],
)
def test_a_checkpoint_is_identified_by_its_tensors(
    tmp_path: Path,
    name: str,
    shapes: list[tuple[str, list[int]]],
    pipeline_class: str,
    side: int,
) -> None:
    facts = read_model_facts(make_checkpoint(tmp_path / f"{name}.safetensors", *shapes))
    assert (facts.pipeline_class, facts.side) == (pipeline_class, side)


def test_a_checkpoint_of_another_architecture_is_rejected(tmp_path: Path) -> None:
    lora = make_checkpoint(tmp_path / "lora.safetensors", ("lora_unet_down.weight", [4]))
    with pytest.raises(PipelineUnavailable, match="not a complete Stable Diffusion"):
        read_model_facts(lora)


@unhurried
@given(content=st.binary(max_size=60))
def test_a_damaged_checkpoint_raises_only_pipeline_unavailable(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    file = tmp_path_factory.mktemp("damaged") / "x.safetensors"
    file.write_bytes(content)
    with pytest.raises(PipelineUnavailable):
        read_model_facts(file)


def test_a_header_with_a_huge_length_is_not_read(tmp_path: Path) -> None:
    file = tmp_path / "x.safetensors"
    file.write_bytes(struct.pack("<Q", 2**62) + b"{}")
    with pytest.raises(PipelineUnavailable, match="not a safetensors file"):
        read_model_facts(file)


@pytest.mark.parametrize("name", ["missing", "empty", "file.ckpt"])
def test_the_error_for_other_paths_names_the_accepted_formats(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file.ckpt").touch()
    with pytest.raises(PipelineUnavailable, match="must be a diffusers folder"):
        read_model_facts(tmp_path / name)


def test_pickled_weights_are_rejected(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "sd")
    (folder / "vae" / "diffusion_pytorch_model.bin").touch()
    with pytest.raises(PipelineUnavailable, match="pickled weights"):
        read_model_facts(folder)


@pytest.mark.parametrize(
    "index",
    [
        INDEX | {"unet": ["my_unet", "MyUNet"]},
        INDEX | {"_class_name": ["pipeline", "MyPipeline"]},
    ],
)
def test_custom_code_is_rejected(tmp_path: Path, index: dict[str, Any]) -> None:
    with pytest.raises(PipelineUnavailable, match=r"requires (a )?custom"):
        read_model_facts(make_folder(tmp_path / "sd", **{"model_index.json": index}))
