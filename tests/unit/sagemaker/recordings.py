"""Load the recorded request and response pairs of tests/fixtures/formats.

A recording of an edit describes each image of its request by format, size and the colors
of its left and right half, because the bytes depend on the version of the encoder.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, replace
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from genai_studio.domain.editing.edit import Edit, EditInput
from genai_studio.domain.editing.operation import Operation
from genai_studio.domain.request import ImageRequest
from genai_studio.ports import EditInputs
from tests.builders import a_request

FOLDER = Path(__file__).parents[2] / "fixtures" / "formats"
REQUEST = a_request(
    "A photo of a red apple on a table",
    negative_prompt="blurry, low quality",
    width=512,
    height=768,
    steps=30,
    guidance_scale=7.5,
    seed=41,
    count=2,
)
"""The request of every recording. The recordings are of the second image, seed 42."""
INDEX = 1
STRENGTH = 0.25
"""A quarter of the way from the source to an image that ignores it."""
SOURCE_SIZE, FACTOR = (128, 192), 4
"""Size of the image to upscale, and the factor that leads to the size of `REQUEST`."""
IMAGE_FIELDS = ("image", "init_image", "mask_image")


@dataclass(frozen=True)
class Recording:
    name: str
    format: str
    call: dict[str, Any]
    response: Any
    image: dict[str, Any]
    operation: Operation = Operation.TEXT_TO_IMAGE

    @property
    def response_bytes(self) -> bytes:
        return json.dumps(self.response).encode()

    @property
    def request(self) -> ImageRequest:
        return a_request_for(self.operation)

    @property
    def inputs(self) -> EditInputs | None:
        return inputs_for(self.operation)


def a_request_for(operation: Operation) -> ImageRequest:
    """Build the request of the recordings for an operation."""
    if operation is Operation.TEXT_TO_IMAGE:
        return REQUEST
    upscales = operation is Operation.UPSCALE
    width, height = SOURCE_SIZE if upscales else (REQUEST.width, REQUEST.height)
    source = EditInput(key="source", upload_id="source", width=width, height=height)
    edit = Edit(
        source=source,
        mask=replace(source, key="mask") if operation is Operation.INPAINT else None,
        strength=STRENGTH,
        upscale_factor=FACTOR if upscales else None,
    )
    return replace(REQUEST, operation=operation, edit=edit)


@cache
def inputs_for(operation: Operation) -> EditInputs | None:
    """Build the images of an operation: red left and blue right, of which the right changes."""
    if operation is Operation.TEXT_TO_IMAGE:
        return None
    size = SOURCE_SIZE if operation is Operation.UPSCALE else (REQUEST.width, REQUEST.height)
    image = halves("RGB", size, (255, 0, 0), (0, 0, 255))
    mask = halves("L", size, 0, 255) if operation.masked else None
    return EditInputs(png(image), None if mask is None else png(mask))


def halves(mode: str, size: tuple[int, int], left: Any, right: Any) -> Image.Image:
    """Draw an image whose left and right halves have one color each."""
    image = Image.new(mode, size, right)
    image.paste(left, (0, 0, size[0] // 2, size[1]))
    return image


def png(image: Image.Image) -> bytes:
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def with_described_images(body: Any) -> Any:
    """Replace the base64 images of a JSON request by their descriptions."""
    if not isinstance(body, dict):
        return body
    described = {name: _described(body[name]) for name in IMAGE_FIELDS if name in body}
    return body | described


def _described(text: str) -> dict[str, Any]:
    with Image.open(BytesIO(base64.b64decode(text, validate=True))) as image:
        width, height = image.size
        left, right = (image.getpixel((x, height // 2)) for x in (width // 4, width * 3 // 4))
        facts = {
            "format": image.format,
            "mode": image.mode,
            "size": image.size,
            "left": left,
            "right": right,
        }
    description: dict[str, Any] = json.loads(json.dumps(facts))
    return description


def _read(path: Path) -> Recording:
    content = json.loads(path.read_text("utf-8"))
    content.pop("about")
    operation = Operation(content.pop("operation", Operation.TEXT_TO_IMAGE))
    return Recording(name=path.stem, operation=operation, **content)


RECORDINGS = [_read(path) for path in sorted(FOLDER.glob("*.json"))]
