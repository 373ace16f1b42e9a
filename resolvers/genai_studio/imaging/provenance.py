"""Write the provenance of an image into PNG text chunks, sufficient to reproduce it."""

from __future__ import annotations

import json
from dataclasses import asdict

from PIL.PngImagePlugin import PngInfo

from genai_studio.domain.editing.operation import Operation
from genai_studio.domain.generation import Generation
from genai_studio.domain.request import ImageRequest
from genai_studio.imaging import parameters, xmp
from genai_studio.imaging.software import SOFTWARE

KEYWORD = "genai_studio"
SCHEMA = 1


def provenance(
    generation: Generation, index: int, *, seed: int, width: int, height: int, producer: str
) -> PngInfo:
    """Return the text chunks of image `index`.

    - `parameters`: the format of AUTOMATIC1111
    - `genai_studio`: JSON with all parameters, with the names of the API
    - `XML:com.adobe.xmp`: the statement that a model generated the image (see `xmp`)

    The image is signed after these chunks are written, because a later chunk would
    invalidate the signature.

    Args:
        producer: See `xmp.xmp_packet`.
    """
    chunks = PngInfo()
    text = parameters.parameters_text(generation.request, seed=seed, width=width, height=height)
    # Writes tEXt for Latin-1 and iTXt otherwise, as AUTOMATIC1111 does.
    chunks.add_text(parameters.KEYWORD, text)
    chunks.add_itxt(KEYWORD, _parameters_json(generation, index, seed, width, height))
    packet = xmp.xmp_packet(f"{generation.id}-{index}", generation.created_at, producer)
    chunks.add_itxt(xmp.KEYWORD, packet)
    return chunks


def _edit_fields(request: ImageRequest) -> dict[str, object]:
    """Return the fields of an edit that are given; none for a new image."""
    edit = request.edit
    if edit is None:
        return {}
    scaled = request.operation is Operation.UPSCALE
    fields: dict[str, object] = {
        "operation": request.operation,
        "sourceImageId": edit.source.image_id,
        "sourceUploadId": edit.source.upload_id,
        "maskUploadId": edit.mask.upload_id if edit.mask else None,
        "strength": None if scaled else edit.strength,
        "maskFeather": edit.mask_feather if request.operation.masked else None,
        "outpaint": asdict(edit.outpaint) if edit.outpaint else None,
        "upscaleFactor": edit.upscale_factor,
    }
    return {name: value for name, value in fields.items() if value is not None}


def _parameters_json(generation: Generation, index: int, seed: int, width: int, height: int) -> str:
    request = generation.request
    content = {
        "schema": SCHEMA,
        "software": SOFTWARE,
        "id": generation.id,
        "parentId": generation.parent_id,
        "index": index,
        "prompt": request.prompt,
        "negativePrompt": request.negative_prompt,
        "model": request.model,
        "width": width,
        "height": height,
        "steps": request.steps,
        "guidanceScale": request.guidance_scale,
        "seed": seed,
        "style": request.style,
        "createdAt": generation.created_at.isoformat(timespec="milliseconds"),
        **_edit_fields(request),
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))
