"""Draw the style tiles and example images of the web page with the built-in model.

    make example-images

It needs the studio's environment only, not that of the training. On one machine, the same
weights give the same files.
"""

from __future__ import annotations

import io
import re
import sys
import tomllib
from pathlib import Path
from typing import Any

from PIL import Image

from genai_studio.inference.pipelines.builtin import BuiltinPipeline
from genai_studio.inference.pipelines.interface import SamplingParameters

from .paths import REPOSITORY

CATALOG = REPOSITORY / "resolvers/genai_studio/models.toml"
FOLDER = REPOSITORY / "web/src/features/exampleImages"
DRAWN_SIDE, SIDE = 512, 192
MAX_BYTES = 6_000
STYLE_SUBJECT = "a fox in the forest"
SEED = 1


def file_name(text: str) -> str:
    """Return the file name of a style ID or an example prompt, as `exampleImages.ts` does."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") + ".webp"


def images_of(model: dict[str, Any]) -> dict[Path, str]:
    """Return the prompts of a catalog entry's images by file."""
    styles = {
        FOLDER / "styles" / file_name(style["id"]): style["prompt"].format(prompt=STYLE_SUBJECT)
        for style in model["styles"]
    }
    examples = {FOLDER / "examples" / file_name(prompt): prompt for prompt in model["examples"]}
    return styles | examples


def encoded(image: Image.Image) -> bytes:
    """Encode as WebP with the highest quality that fits into `MAX_BYTES`."""
    small = image.resize((SIDE, SIDE), Image.Resampling.LANCZOS)
    for quality in range(90, 30, -5):
        buffer = io.BytesIO()
        small.save(buffer, "WEBP", quality=quality, method=6)
        if buffer.tell() <= MAX_BYTES:
            break
    return buffer.getvalue()


def main() -> int:
    """Draw all images, and delete those that are no longer in the catalog."""
    models = tomllib.loads(CATALOG.read_text("utf-8"))["models"]
    model = next(model for model in models if model["endpoint"] == "builtin")
    pipeline = BuiltinPipeline.load()
    images = images_of(model)
    for file in [*FOLDER.glob("*/*.webp")]:
        if file not in images:
            file.unlink()
    guidance = model["defaults"]["guidance_scale"]
    parameters = SamplingParameters(
        DRAWN_SIDE, DRAWN_SIDE, steps=40, guidance_scale=guidance, seed=SEED
    )
    for file, prompt in images.items():
        conditioning = pipeline.encode_text(prompt, "")
        latents = pipeline.denoise(conditioning, parameters, lambda _: None, lambda: False)
        file.parent.mkdir(parents=True, exist_ok=True)
        content = encoded(pipeline.decode(latents, parameters))
        file.write_bytes(content)
        print(f"{file.relative_to(REPOSITORY)}  {len(content)} bytes  {prompt}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
