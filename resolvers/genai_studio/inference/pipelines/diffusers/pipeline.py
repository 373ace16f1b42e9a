"""Any text-to-image model that the diffusers library runs, from files of this machine.

The library and torch come with the extra `genai-studio[diffusers]` and are
imported when the first such model is loaded. Nothing that could run foreign
code is read: safetensors only, no pickles, no code from model folders.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from PIL import Image

from genai_studio.inference.pipelines.diffusers.latent_preview import latent_preview
from genai_studio.inference.pipelines.diffusers.model_facts import (
    STABLE_DIFFUSION_XL,
    ModelFacts,
    read_model_facts,
)
from genai_studio.inference.pipelines.errors import ContentFiltered, PipelineUnavailable
from genai_studio.inference.pipelines.interface import (
    IsCanceled,
    OnStep,
    Pipeline,
    SamplingCanceled,
    SamplingParameters,
    Step,
)

EXTRA = "genai-studio[diffusers]"

Foreign: TypeAlias = Any
"""An object of torch or diffusers, which may not be installed."""


@dataclass(frozen=True, slots=True)
class Prompts:
    """Both prompts, to be encoded by the call: each kind of diffusers pipeline has its own way."""

    prompt: str
    negative_prompt: str


class DiffusersPipeline(Pipeline[Prompts, Image.Image]):
    """A diffusers pipeline on the best device there is. Use `DiffusersPipeline.load`."""

    def __init__(self, pipe: Foreign, torch: Foreign) -> None:
        self._pipe = pipe
        self._torch = torch
        self._takes = frozenset(inspect.signature(pipe.__call__).parameters)
        self._xl = type(pipe).__name__ == STABLE_DIFFUSION_XL

    @classmethod
    def load(cls, path: Path) -> DiffusersPipeline:
        """Load a diffusers folder or a single `.safetensors` checkpoint.

        A checkpoint holds weights only. The rest (tokenizer, configuration) is
        taken from a diffusers folder of the same name beside it, if there is
        one; otherwise diffusers gets these small files from the Hugging Face hub.

        Raises:
            PipelineUnavailable: The libraries are missing, or the files are not
                such a model.
        """
        facts = read_model_facts(path)
        try:
            torch = importlib.import_module("torch")
            diffusers = importlib.import_module("diffusers")
            transformers = importlib.import_module("transformers")
        except ImportError as error:
            raise PipelineUnavailable(
                f"{path.name} needs more libraries: pip install '{EXTRA}'."
            ) from error
        # Both libraries warn about prompts that are too long by quoting them.
        for library in (diffusers, transformers):
            library.utils.logging.set_verbosity_error()
            library.utils.logging.disable_progress_bar()
        device, dtype = _device(torch)
        try:
            pipe = _read(diffusers, path, facts, dtype)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise PipelineUnavailable(f"{path.name} could not be loaded: {error}") from error
        pipe.set_progress_bar_config(disable=True)
        return cls(pipe.to(device), torch)

    def encode_text(self, prompt: str, negative_prompt: str) -> Prompts:
        """Keep both prompts for the call; CLIP reads their first 77 tokens."""
        return Prompts(prompt, negative_prompt)

    def denoise(
        self,
        conditioning: Prompts,
        parameters: SamplingParameters,
        on_step: OnStep,
        canceled: IsCanceled,
    ) -> Image.Image:
        """Run the pipeline to its end, decoding included.

        Raises:
            SamplingCanceled: `canceled()` answered true before a step.
            ContentFiltered: The model's own safety checker held the image back.
        """
        if canceled():
            raise SamplingCanceled
        preview = partial(self._preview, aspect=parameters.width / parameters.height)

        def on_step_end(
            pipe: Foreign, index: int, timestep: object, tensors: Mapping[str, Any]
        ) -> dict[str, Any]:
            steps = int(getattr(pipe, "num_timesteps", 0) or parameters.steps)
            on_step(Step(index + 1, steps, partial(preview, tensors["latents"])))
            if index + 1 < steps and canceled():
                raise SamplingCanceled
            return {}

        arguments = {
            "prompt": conditioning.prompt,
            "negative_prompt": conditioning.negative_prompt,
            "width": parameters.width,
            "height": parameters.height,
            "num_inference_steps": parameters.steps,
            "guidance_scale": parameters.guidance_scale,
            # On the CPU whatever the device: the same seed, the same noise.
            "generator": self._torch.Generator("cpu").manual_seed(parameters.seed),
            "callback_on_step_end": on_step_end,
        }
        result = self._pipe(
            **{name: value for name, value in arguments.items() if name in self._takes}
        )
        if any(getattr(result, "nsfw_content_detected", None) or ()):
            raise ContentFiltered
        image: Image.Image = result.images[0]
        return image

    def decode(self, latents: Image.Image, parameters: SamplingParameters) -> Image.Image:
        """Hand the image on; some pipelines round its size, so it is fitted."""
        size = (parameters.width, parameters.height)
        image = latents.convert("RGB")
        return image if image.size == size else image.resize(size, Image.Resampling.LANCZOS)

    def _preview(self, latents: Foreign, *, aspect: float) -> Image.Image:
        values = np.asarray(latents[0].detach().float().cpu().numpy(), np.float32)
        return latent_preview(values, xl=self._xl, aspect=aspect)


def _device(torch: Foreign) -> tuple[str, Any]:
    """The fastest device, and the precision that suits it."""
    if torch.cuda.is_available():
        return "cuda", torch.float16
    if torch.backends.mps.is_available():
        return "mps", torch.float16
    return "cpu", torch.float32


def _read(diffusers: Foreign, path: Path, facts: ModelFacts, dtype: Foreign) -> Foreign:
    if path.is_dir():
        return diffusers.AutoPipelineForText2Image.from_pretrained(
            path,
            dtype=dtype,
            variant=facts.variant,
            use_safetensors=True,
            local_files_only=True,
            trust_remote_code=False,
        )
    pipeline_class = getattr(diffusers, facts.pipeline_class)
    beside = path.with_suffix("")
    if (beside / "model_index.json").is_file():
        return pipeline_class.from_single_file(
            path, dtype=dtype, config=str(beside), local_files_only=True
        )
    try:
        return pipeline_class.from_single_file(path, dtype=dtype)
    except OSError as error:
        raise PipelineUnavailable(
            f"{path.name} holds weights alone, and the tokenizer and configuration that belong "
            f"to it could not be had from the Hugging Face hub. Put them into {beside}, as a "
            "diffusers folder."
        ) from error
