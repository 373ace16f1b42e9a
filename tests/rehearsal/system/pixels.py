"""Images as pixel arrays, for comparison."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import numpy.typing as npt
from PIL import Image

Pixels = npt.NDArray[np.uint8]

_FIELDS = {
    "prompt": "prompt",
    "negativePrompt": "negative_prompt",
    "width": "width",
    "height": "height",
    "steps": "num_inference_steps",
    "guidanceScale": "guidance_scale",
    "seed": "seed",
}


def pixels(png: Path | io.BytesIO) -> Pixels:
    """Return the RGB pixels of a PNG file, by row."""
    with Image.open(png) as image:
        return np.asarray(image.convert("RGB"))


async def generate_directly(url: str, endpoint: str, generation: Mapping[str, Any]) -> Pixels:
    """Send the same request to the model without the studio, and return the pixels."""
    request = {theirs: generation[ours] for ours, theirs in _FIELDS.items()}
    async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
        response = await client.post(
            f"{url}/endpoints/{endpoint}/invocations",
            content=json.dumps(request),
            headers={"Content-Type": "application/json", "Accept": "application/json;png"},
        )
    (encoded,) = response.raise_for_status().json()["generated_images"]
    return pixels(io.BytesIO(base64.b64decode(encoded)))
