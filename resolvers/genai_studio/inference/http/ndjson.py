"""Encode sampling events as NDJSON: one JSON object per line."""

from __future__ import annotations

import base64

import msgspec

from genai_studio.inference.errors import InferenceError
from genai_studio.inference.http.image_encoding import PNG, encode_png
from genai_studio.inference.sampling.execution import (
    ImageFinished,
    PreviewMade,
    SamplingEvent,
    StepDone,
)

DONE = b'{"type":"done"}\n'
_encode = msgspec.json.Encoder().encode


def _line(event: dict[str, object]) -> bytes:
    return _encode(event) + b"\n"


def progress_line(image: int, step: int, steps: int) -> bytes:
    """Encode progress. Steps are counted over all images of the invocation."""
    return _line({"type": "progress", "image": image, "step": step, "steps": steps})


def error_line(error: InferenceError) -> bytes:
    """Encode the last line of a stream that failed."""
    return _line({"type": "error", "code": error.code, "message": error.message})


def event_line(event: SamplingEvent) -> bytes:
    """Encode a sampling event. Call it off the event loop: it compresses images."""
    match event:
        case StepDone(image, step, steps):
            return progress_line(image, step, steps)
        case PreviewMade(image, step, webp):
            return _line(
                {
                    "type": "preview",
                    "image": image,
                    "step": step,
                    "content_type": "image/webp",
                    "data": base64.b64encode(webp).decode("ascii"),
                }
            )
        case ImageFinished(image, seed, pixels):
            return _line(
                {
                    "type": "image",
                    "image": image,
                    "seed": seed,
                    "content_type": PNG,
                    "width": pixels.width,
                    "height": pixels.height,
                    "data": base64.b64encode(encode_png(pixels)).decode("ascii"),
                }
            )
