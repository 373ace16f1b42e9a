"""Write the `parameters` text of AUTOMATIC1111's web UI, which most other tools read.

::

    a red apple
    Negative prompt: blurry
    Steps: 20, CFG scale: 7, Seed: 7, Size: 512x512, Model: builtin, Version: genai-studio 0.1.0

The format and quoting follow its `modules/processing.py` (`create_infotext`)
and `modules/infotext_utils.py` (`quote`). The text names no sampler, because the
endpoint chooses it and does not report it.
"""

from __future__ import annotations

import json

from genai_studio.domain.request import ImageRequest
from genai_studio.imaging.software import SOFTWARE

KEYWORD = "parameters"


def parameters_text(request: ImageRequest, *, seed: int, width: int, height: int) -> str:
    """Return the text for one image.

    Args:
        seed: Seed of this image.
        width: Width of this image in pixels.
        height: Height of this image in pixels.
    """
    negative = f"\nNegative prompt: {request.negative_prompt}" if request.negative_prompt else ""
    fields: dict[str, object] = {
        "Steps": request.steps,
        "CFG scale": f"{request.guidance_scale:g}",
        "Seed": seed,
        "Size": f"{width}x{height}",
        # The parser splits at commas and colons, even inside quotes.
        "Model": request.model.replace(",", "").replace(":", ""),
    }
    edit = request.edit
    if edit is not None and edit.upscale_factor is not None:
        fields["Postprocess upscale by"] = edit.upscale_factor
    elif edit is not None:
        fields["Denoising strength"] = f"{edit.strength:g}"
        if request.operation.masked:
            fields["Mask blur"] = edit.mask_feather
    if request.style is not None:
        fields["Style"] = request.style
    fields["Version"] = SOFTWARE
    joined = ", ".join(f"{name}: {_quoted(value)}" for name, value in fields.items())
    return f"{request.prompt}{negative}\n{joined}".strip()


def _quoted(value: object) -> str:
    text = str(value)
    if any(character in text for character in ",\n:"):
        return json.dumps(text, ensure_ascii=False)
    return text
