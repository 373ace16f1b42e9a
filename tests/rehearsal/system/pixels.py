"""Pictures as arrays of pixels, to be compared."""

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
    """Rows of red, green and blue."""
    with Image.open(png) as picture:
        return np.asarray(picture.convert("RGB"))


async def drawn_by_model(url: str, endpoint: str, generation: Mapping[str, Any]) -> Pixels:
    """What the same model draws of the same request, asked without the studio."""
    wish = {theirs: generation[ours] for ours, theirs in _FIELDS.items()}
    async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
        answer = await client.post(
            f"{url}/endpoints/{endpoint}/invocations",
            content=json.dumps(wish),
            headers={"Content-Type": "application/json", "Accept": "application/json;png"},
        )
    (encoded,) = answer.raise_for_status().json()["generated_images"]
    return pixels(io.BytesIO(base64.b64decode(encoded)))
