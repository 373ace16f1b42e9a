"""Run models from local files with the diffusers library: generate, edit and upscale images.

The extra `genai-studio[diffusers]` installs diffusers and torch. They are imported
when the first model is loaded. Model files cannot execute code: only safetensors
are read, no pickles and no code from model folders.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from genai_studio.inference.pipelines.diffusers.component_loading import (
    Foreign,
    check_values,
    is_out_of_memory,
    load_networks,
    summary,
)
from genai_studio.inference.pipelines.diffusers.edit_pipes import (
    EditPipes,
    accepted,
    edit_arguments,
)
from genai_studio.inference.pipelines.diffusers.folder_check import check_folder
from genai_studio.inference.pipelines.diffusers.image_check import check_latents, checked_image
from genai_studio.inference.pipelines.diffusers.latent_preview import latent_preview
from genai_studio.inference.pipelines.diffusers.model_facts import (
    STABLE_DIFFUSION_XL,
    ModelFacts,
    model_name,
    read_model_facts,
)
from genai_studio.inference.pipelines.diffusers.tiles import STEP, padded, redrawn, tiles_of
from genai_studio.inference.pipelines.diffusers.vae_precision import upcast_vae
from genai_studio.inference.pipelines.errors import ContentFiltered, PipelineUnavailable
from genai_studio.inference.pipelines.interface import (
    EditSource,
    IsCanceled,
    OnStep,
    Operation,
    Pipeline,
    SamplingCanceled,
    SamplingParameters,
    Step,
)

EXTRA = "genai-studio[diffusers]"

UPSCALE_STRENGTH = 0.25
"""How much of an enlarged image is redrawn: enough for details, too little for new objects."""

_UPSCALE_SEED = 0
_LEAST_SIDE = 64


@dataclass(frozen=True, slots=True)
class Prompts:
    """Both prompts. Each diffusers pipeline encodes them itself."""

    prompt: str
    negative_prompt: str


class DiffusersPipeline(Pipeline[Prompts, Image.Image]):
    """A diffusers pipeline on the fastest device. Create it with `DiffusersPipeline.load`."""

    def __init__(self, pipe: Foreign, torch: Foreign, name: str, facts: ModelFacts) -> None:
        self._pipe = pipe
        self._pipes = EditPipes(pipe)
        self._torch = torch
        self._name = name
        self._facts = facts
        self._xl = type(pipe).__name__ == STABLE_DIFFUSION_XL

    @property
    def operations(self) -> frozenset[Operation]:
        """Return all operations if diffusers can derive the pipelines for edits."""
        return self._facts.operations

    @classmethod
    def load(cls, path: Path) -> DiffusersPipeline:
        """Load a diffusers folder or a single `.safetensors` checkpoint.

        A checkpoint contains weights only. Tokenizer and configuration come from a
        diffusers folder of the same name beside it, if there is one. Otherwise
        diffusers downloads these small files from the Hugging Face Hub.

        All files are checked before the model is used.

        Raises:
            PipelineUnavailable: The libraries are not installed, or a file is missing,
                damaged or does not belong to the model. The message names the file.
        """
        name = model_name(path)
        facts = read_model_facts(path)
        if path.is_dir():
            check_folder(path, name, facts.variant)
        try:
            torch = importlib.import_module("torch")
            diffusers = importlib.import_module("diffusers")
            transformers = importlib.import_module("transformers")
        except ImportError as error:
            raise PipelineUnavailable(
                f"Model {name} needs more libraries: pip install '{EXTRA}'."
            ) from error
        # Both libraries quote prompts in warnings about their length.
        for library in (diffusers, transformers):
            library.utils.logging.set_verbosity_error()
            library.utils.logging.disable_progress_bar()
        device, dtype = _device(torch)
        try:
            pipe = _read(diffusers, path, facts, dtype)
        except (PipelineUnavailable, MemoryError):
            raise
        except Exception as error:
            if is_out_of_memory(error):
                raise
            raise PipelineUnavailable(
                f"Model {name} cannot be loaded ({summary(error, path)}). Download it again or "
                "use a model that the installed version of diffusers supports."
            ) from error
        networks = {
            key: part for key, part in pipe.components.items() if isinstance(part, torch.nn.Module)
        }
        check_values(path, name, networks, torch)
        pipe.set_progress_bar_config(disable=True)
        upcast_vae(pipe, torch)
        return cls(pipe.to(device), torch, name, facts)

    def encode_text(self, prompt: str, negative_prompt: str) -> Prompts:
        """Keep both prompts. CLIP reads their first 77 tokens."""
        return Prompts(prompt, negative_prompt)

    def denoise(
        self,
        conditioning: Prompts,
        parameters: SamplingParameters,
        on_step: OnStep,
        canceled: IsCanceled,
        source: EditSource | None = None,
    ) -> Image.Image:
        """Run the whole pipeline, including the decoder.

        Raises:
            OperationUnsupported: There is a source, and the model cannot edit images.
            SamplingCanceled: `canceled()` returned true before a step.
            ContentFiltered: The model's safety checker blocked the image.
            PipelineUnavailable: The model overflowed: the image contains NaN or consists
                of a single color.
        """
        operation = Operation.TEXT_TO_IMAGE if source is None else source.operation
        self.require(operation)
        if canceled():
            raise SamplingCanceled
        runner = self._pipes.get(operation)
        preview = partial(self._preview, aspect=parameters.width / parameters.height)

        def on_step_end(
            pipe: Foreign, index: int, timestep: object, tensors: Mapping[str, Any]
        ) -> dict[str, Any]:
            steps = int(getattr(pipe, "num_timesteps", 0) or parameters.steps)
            finite = bool(self._torch.isfinite(tensors["latents"]).all())
            check_latents(finite, self._name, index + 1)
            on_step(Step(index + 1, steps, partial(preview, tensors["latents"])))
            if index + 1 < steps and canceled():
                raise SamplingCanceled
            return {}

        arguments: dict[str, object] = {
            "prompt": conditioning.prompt,
            "negative_prompt": conditioning.negative_prompt,
            "width": parameters.width,
            "height": parameters.height,
            "num_inference_steps": parameters.steps,
            "guidance_scale": parameters.guidance_scale,
            # A CPU generator gives the same noise on every device.
            "generator": self._torch.Generator("cpu").manual_seed(parameters.seed),
            "callback_on_step_end": on_step_end,
            # Floats, because the conversion to integers hides NaN.
            "output_type": "np",
        }
        if source is not None:
            arguments |= edit_arguments(source, parameters)
        result = runner(**accepted(runner, arguments))
        if any(getattr(result, "nsfw_content_detected", None) or ()):
            raise ContentFiltered
        return checked_image(result.images[0], self._name, float16_vae=self._has_float16_vae())

    def decode(self, latents: Image.Image, parameters: SamplingParameters) -> Image.Image:
        """Return the image. Resizes it if the pipeline rounded the requested size."""
        size = (parameters.width, parameters.height)
        return latents if latents.size == size else latents.resize(size, Image.Resampling.LANCZOS)

    def upscale(
        self,
        image: Image.Image,
        factor: int,
        conditioning: Prompts | None,
        on_step: OnStep,
        canceled: IsCanceled,
    ) -> Image.Image:
        """Enlarge an image by interpolation, and redraw its details tile by tile.

        The tiles have the size that the model was trained on, so memory does not grow with
        the image.

        Raises:
            OperationUnsupported: The model cannot edit images.
            SamplingCanceled: `canceled()` returned true before a step.
            ContentFiltered: The model's safety checker blocked a tile.
            PipelineUnavailable: The model overflowed.
        """
        self.require(Operation.UPSCALE)
        width, height = image.width * factor, image.height * factor
        side = max(self._facts.side // STEP * STEP, _LEAST_SIDE)
        enlarged = padded(image.resize((width, height), Image.Resampling.LANCZOS), _LEAST_SIDE)
        tiles = tiles_of(enlarged.width, enlarged.height, side)
        # At this strength, few of the steps are left. Distilled models need two of them.
        steps = max(self._facts.steps, round(2 / UPSCALE_STRENGTH))

        def redraw(index: int, tile: Image.Image) -> Image.Image:
            def on_tile_step(step: Step) -> None:
                done, total = index * step.steps + step.step, len(tiles) * step.steps
                on_step(Step(done, total, step.preview))

            parameters = SamplingParameters(
                tile.width, tile.height, steps, self._facts.guidance_scale, _UPSCALE_SEED
            )
            source = EditSource(tile, None, UPSCALE_STRENGTH)
            prompts = conditioning or Prompts("", "")
            drawn = self.denoise(prompts, parameters, on_tile_step, canceled, source)
            return self.decode(drawn, parameters)

        return redrawn(enlarged, tiles, redraw).crop((0, 0, width, height))

    def _has_float16_vae(self) -> bool:
        vae = getattr(self._pipe, "vae", None)
        if vae is None or vae.dtype != self._torch.float16:
            return False
        return not getattr(vae.config, "force_upcast", False)

    def _preview(self, latents: Foreign, *, aspect: float) -> Image.Image:
        values = np.asarray(latents[0].detach().float().cpu().numpy(), np.float32)
        return latent_preview(values, xl=self._xl, aspect=aspect)


def _device(torch: Foreign) -> tuple[str, Any]:
    """Return the fastest device and its precision."""
    if torch.cuda.is_available():
        return "cuda", torch.float16
    if torch.backends.mps.is_available():
        return "mps", torch.float16
    return "cpu", torch.float32


def _read(diffusers: Foreign, path: Path, facts: ModelFacts, dtype: Foreign) -> Foreign:
    if path.is_dir():
        return diffusers.AutoPipelineForText2Image.from_pretrained(
            path,
            **load_networks(path, model_name(path), facts.variant, dtype),
            dtype=dtype,
            variant=facts.variant,
            use_safetensors=True,
            local_files_only=True,
            trust_remote_code=False,
        )
    pipeline_class = getattr(diffusers, facts.pipeline_class)
    configuration = path.with_suffix("")
    if (configuration / "model_index.json").is_file():
        check_folder(configuration, model_name(configuration), weights=False)
        return pipeline_class.from_single_file(
            path, dtype=dtype, config=str(configuration), local_files_only=True
        )
    try:
        return pipeline_class.from_single_file(path, dtype=dtype)
    except OSError as error:
        raise PipelineUnavailable(
            f"{path.name} contains weights only, and its tokenizer and configuration could not be "
            f"downloaded from the Hugging Face Hub. Put them into a diffusers folder named "
            f"{configuration.name} beside the file."
        ) from error
