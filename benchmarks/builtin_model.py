"""Measure the built-in model: loading, one image of 20 steps, edits, peak memory.

    python benchmarks/builtin_model.py

Each measurement runs in a separate process to isolate peak memory. If diffusers is
installed, a tiny, randomly initialized Stable Diffusion pipeline is the reference. It
has the components and call path of a real pipeline; its images are meaningless.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypedDict

ROOT = Path(__file__).resolve().parents[1]
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))

from benchmarks.measurement import Measurement  # noqa: E402 - needs the path when run as a script

if TYPE_CHECKING:
    from PIL import Image

    from genai_studio.inference.pipelines.builtin import BuiltinPipeline

RESOLVERS = Path(__file__).resolve().parents[1] / "resolvers"
STEPS, SIDE = 20, 256
EDITED_SIDE = 512
PROMPT = "a cat on the beach at sunset"
NEEDED = ("torch", "diffusers", "transformers")


class Result(TypedDict):
    """Seconds to import and load, median seconds per image, peak resident megabytes.

    `edit` is the CPU time in seconds of the slowest edit at 512 px: what it takes on one core.
    """

    load: float
    image: float
    edit: float
    rss: float


MEASURES: tuple[Literal["load", "image", "edit", "rss"], ...] = ("load", "image", "edit", "rss")
LIMITS: Result = {"load": 1.0, "image": 1.0, "edit": 1.0, "rss": 400.0}


def _peak_megabytes() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e6 if sys.platform == "darwin" else 1e3)


def builtin(images: int) -> Result:
    """Measure the built-in model in this process."""
    sys.path.insert(0, str(RESOLVERS))
    started = time.perf_counter()
    from genai_studio.inference.pipelines.builtin import BuiltinPipeline
    from genai_studio.inference.pipelines.interface import SamplingParameters

    pipeline = BuiltinPipeline.load()
    load = time.perf_counter() - started
    times = []
    for seed in range(images):
        sampling = SamplingParameters(SIDE, SIDE, STEPS, 2.5, seed)
        started = time.perf_counter()
        conditioning = pipeline.encode_text(PROMPT, "")
        latents = pipeline.denoise(conditioning, sampling, lambda step: None, lambda: False)
        pipeline.decode(latents, sampling)
        times.append(time.perf_counter() - started)
    rss = _peak_megabytes()
    edits = edit_seconds(pipeline, max(1, images // 3))
    for name, seconds in edits.items():
        print(f"edit at {EDITED_SIDE} px, {name}: {seconds:.2f} s of CPU", file=sys.stderr)
    return {
        "load": load,
        "image": statistics.median(times),
        "edit": max(edits.values()),
        "rss": rss,
    }


def edit_seconds(pipeline: BuiltinPipeline, times: int) -> dict[str, float]:
    """Return the median CPU time of each edit of a 512-pixel image."""
    from PIL import Image, ImageDraw

    from genai_studio.inference.pipelines.interface import EditSource, SamplingParameters

    side = EDITED_SIDE
    sampling = SamplingParameters(side, side, STEPS, 2.5, 1)
    conditioning = pipeline.encode_text(PROMPT, "")

    def draw(source: EditSource | None) -> Image.Image:
        latents = pipeline.denoise(conditioning, sampling, lambda step: None, lambda: False, source)
        return pipeline.decode(latents, sampling)

    image = draw(None)
    mask = Image.new("L", image.size)
    ImageDraw.Draw(mask).ellipse((side // 4, side // 4, side // 2, side // 2), fill=255)
    edits: dict[str, Callable[[], Image.Image]] = {
        "image-to-image, strength 0.5": lambda: draw(EditSource(image, None, 0.5)),
        "inpaint, strength 1": lambda: draw(EditSource(image, mask, 1.0)),
    }
    for factor in (2, 4):
        edits[f"upscale ×{factor}"] = partial(
            pipeline.upscale, image, factor, None, lambda step: None, lambda: False
        )
    found = {}
    for name, edit in edits.items():
        seconds = []
        for _ in range(times):
            started = time.process_time()
            edit()
            seconds.append(time.process_time() - started)
        found[name] = statistics.median(seconds)
    return found


def tiny_diffusers(images: int) -> Result:
    """Measure a tiny, randomly initialized StableDiffusionPipeline in this process."""
    import tempfile

    started = time.perf_counter()
    import torch
    from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

    from diffusers import (
        AutoencoderKL,
        DDIMScheduler,
        StableDiffusionPipeline,
        UNet2DConditionModel,
    )

    torch.manual_seed(0)
    with tempfile.TemporaryDirectory() as folder:
        words = ["<|startoftext|>", "<|endoftext|>", *(chr(97 + i) for i in range(26))]
        words += [f"{chr(97 + i)}</w>" for i in range(26)]
        vocabulary, merges = Path(folder, "vocab.json"), Path(folder, "merges.txt")
        vocabulary.write_text(json.dumps({word: place for place, word in enumerate(words)}))
        merges.write_text("#version: 0.2\n")
        tokenizer = CLIPTokenizer(str(vocabulary), str(merges), model_max_length=77)
    text = CLIPTextConfig(
        vocab_size=len(words), hidden_size=64, intermediate_size=128, num_hidden_layers=3,
        num_attention_heads=4, bos_token_id=0, eos_token_id=1,
    )  # fmt: skip
    unet = UNet2DConditionModel(
        sample_size=SIDE // 8, block_out_channels=(32, 64), layers_per_block=1,
        cross_attention_dim=64, norm_num_groups=16, attention_head_dim=8,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
    )  # fmt: skip
    vae = AutoencoderKL(
        block_out_channels=(16, 32, 32, 32), layers_per_block=1, latent_channels=4,
        norm_num_groups=16,
        down_block_types=("DownEncoderBlock2D",) * 4, up_block_types=("UpDecoderBlock2D",) * 4,
    )  # fmt: skip
    pipeline = StableDiffusionPipeline(
        vae=vae, text_encoder=CLIPTextModel(text), tokenizer=tokenizer, unet=unet,
        scheduler=DDIMScheduler(), safety_checker=None, feature_extractor=None,
        requires_safety_checker=False,
    )  # fmt: skip
    pipeline.set_progress_bar_config(disable=True)
    load = time.perf_counter() - started
    times = []
    for seed in range(images):
        started = time.perf_counter()
        pipeline(
            PROMPT, width=SIDE, height=SIDE, num_inference_steps=STEPS, guidance_scale=2.5,
            generator=torch.Generator().manual_seed(seed),
        )  # fmt: skip
        times.append(time.perf_counter() - started)
    image_seconds = statistics.median(times)
    return {"load": load, "image": image_seconds, "edit": 0.0, "rss": _peak_megabytes()}


def measure_in_process(name: str, images: int) -> Result:
    """Run one measurement in a new process with two threads."""
    environment = {**os.environ, "OMP_NUM_THREADS": "2", "HF_HUB_OFFLINE": "1"}
    command = [sys.executable, __file__, "--only", name, "--images", str(images)]
    answer = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    result: Result = json.loads(answer.stdout.splitlines()[-1])
    return result


def _print_row(name: str, result: Result) -> None:
    load, image, edit, rss = (result[measure] for measure in MEASURES)
    print(f"{name:<28}{load:>13.2f} s{image:>12.3f} s{edit:>12.2f} s{rss:>9.0f} MB")


def report(images: int) -> int:
    """Print the results. Returns 1 if the built-in model exceeds a limit."""
    own = measure_in_process("builtin", images)
    print(f"{STEPS} steps, {SIDE}×{SIDE}, two threads, median of {images} images")
    print(f"{'':<28}{'import + load':>15}{'one image':>14}{'edit (CPU)':>14}{'peak RSS':>12}")

    _print_row("built-in model", own)
    _print_row("  limit", LIMITS)
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        print(f"tiny diffusers pipeline: skipped, {', '.join(missing)} not installed")
    else:
        other = measure_in_process("tiny-diffusers", images)
        _print_row("tiny diffusers pipeline", other)
        load, image, rss = (other[measure] / own[measure] for measure in ("load", "image", "rss"))
        print(f"{'  relative to built-in':<28}{load:>14.1f}×{image:>13.1f}×{'':>14}{rss:>10.1f}×")
    exceeded = [measure for measure in MEASURES if own[measure] > LIMITS[measure]]
    if exceeded:
        print(f"limit exceeded: {', '.join(exceeded)}")
    return 1 if exceeded else 0


def measure() -> list[Measurement]:
    """Measure for `python -m benchmarks`. Only memory has a bound."""
    own = measure_in_process("builtin", 9)
    diffusers = all(importlib.util.find_spec(name) is not None for name in NEEDED)
    other = measure_in_process("tiny-diffusers", 9) if diffusers else None
    measurements = []
    for key, subject, unit, bound in (
        ("load", "import and load", "s", None),
        ("image", f"one image, {STEPS} steps, {SIDE}×{SIDE}", "s", None),
        ("edit", f"slowest edit at {EDITED_SIDE} px, CPU time", "s", None),
        ("rss", "peak memory", "MB", 1.0),
    ):
        took, limit = own[key], LIMITS[key]  # type: ignore[literal-required]
        reference = f"limit: {limit:g} {unit}"
        if other is not None and key != "edit":
            reference += f"; tiny diffusers pipeline: {other[key]:.3g} {unit}"  # type: ignore[literal-required]
        measurements.append(
            Measurement(
                benchmark="builtin_model",
                subject=subject,
                value=f"{took:.3g} {unit}",
                reference=reference,
                ratio=took / limit,
                bound=bound,
            )
        )
    return measurements


def main() -> int:
    """Parse the command line and run the benchmark."""
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--images", type=int, default=9, help="number of images")
    arguments.add_argument("--only", choices=("builtin", "tiny-diffusers"), help=argparse.SUPPRESS)
    chosen = arguments.parse_args()
    if chosen.only:
        measure = builtin if chosen.only == "builtin" else tiny_diffusers
        print(json.dumps(measure(chosen.images)))
        return 0
    return report(chosen.images)


if __name__ == "__main__":
    sys.exit(main())
