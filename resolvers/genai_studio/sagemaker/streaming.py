"""The streamed answer of the project's own container, read back line by line.

The lines are what `genai_studio.inference.http.ndjson` writes. SageMaker may cut
them anywhere into payload parts.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Iterator

import msgspec

from genai_studio.domain.request import ImageRequest
from genai_studio.ports import EndpointImage, EndpointProgress
from genai_studio.sagemaker.errors import bad_response, stream_error
from genai_studio.sagemaker.formats.answered_image import MAX_IMAGE_BYTES, image_from_base64
from genai_studio.sagemaker.formats.wire_format import Call

MAX_LINE_BYTES = MAX_IMAGE_BYTES * 4 // 3 + 1024
MAX_PREVIEW_BYTES = 1024 * 1024


class _Progress(msgspec.Struct, tag="progress"):
    step: int
    steps: int


class _Preview(msgspec.Struct, tag="preview"):
    data: str


class _Image(msgspec.Struct, tag="image"):
    image: int
    data: str


class _Done(msgspec.Struct, tag="done"):
    pass


class _Error(msgspec.Struct, tag="error"):
    code: str
    message: str


_event = msgspec.json.Decoder(_Progress | _Preview | _Image | _Done | _Error)


def streaming_call(request: ImageRequest) -> Call:
    """The one call for every image of a request."""
    body = {
        "prompt": request.prompt,
        "negative_prompt": request.negative_prompt,
        "width": request.width,
        "height": request.height,
        "num_images_per_prompt": request.count,
        "num_inference_steps": request.steps,
        "guidance_scale": request.guidance_scale,
        "seed": request.seed,
        "previews": True,
    }
    return Call(msgspec.json.encode(body), accept="application/x-ndjson")


class StudioStream:
    """Collects one stream's events until the images are complete."""

    def __init__(self, request: ImageRequest) -> None:
        self._request = request
        self._images: dict[int, EndpointImage] = {}
        self._progress = EndpointProgress(0, request.steps * request.count, None)
        self._done = False

    def read(self, line: bytes) -> EndpointProgress | None:
        """Take one line in; returns what it tells of the progress, if anything.

        Raises:
            EndpointError: The line is none of the container's events, or it is
                the event of an error.
        """
        try:
            event = _event.decode(line)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            raise bad_response("a line of the stream is no event") from None
        match event:
            case _Progress(step=step, steps=steps):
                return self._tell(step, steps, None)
            case _Preview(data=data):
                return self._tell(self._progress.step, self._progress.steps, _preview(data))
            case _Image(image=index, data=data):
                self._add(index, data)
            case _Error(code=code, message=message):
                hidden = (self._request.prompt, self._request.negative_prompt)
                raise stream_error(code, message, hidden)
            case _Done():
                self._done = True
        return None

    def images(self) -> list[EndpointImage]:
        """Every image, in order, once the stream has ended.

        Raises:
            EndpointError: It ended before it was complete.
        """
        if not self._done or len(self._images) != self._request.count:
            raise bad_response("the stream ended early")
        return [self._images[index] for index in range(self._request.count)]

    def _tell(self, step: int, steps: int, preview: bytes | None) -> EndpointProgress:
        if not 0 <= step <= steps:
            raise bad_response("the stream counts its steps wrongly")
        self._progress = EndpointProgress(step, steps, None)
        return EndpointProgress(step, steps, preview)

    def _add(self, index: int, data: str) -> None:
        if not 0 <= index < self._request.count or index in self._images:
            raise bad_response("the stream numbers its images wrongly")
        self._images[index] = image_from_base64(data, self._request.seed_of(index))


def _preview(text: str) -> bytes:
    if len(text) > MAX_PREVIEW_BYTES:
        raise bad_response("a preview is too large")
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise bad_response("a preview is not base64 text") from None
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        raise bad_response("a preview is not a WebP")
    return data


def lines_of(pieces: Iterable[bytes]) -> Iterator[bytes | None]:
    """Put lines together from pieces that end anywhere.

    Yields:
        A line without its end; None for a piece that completes no line, so that
        the reader comes up for air with every piece.

    Raises:
        EndpointError: A line outgrows what the largest image would need.
    """
    waiting: list[bytes] = []
    size = 0
    for piece in pieces:
        *ends, rest = piece.split(b"\n")
        for end in ends:
            yield b"".join((*waiting, end))
            waiting, size = [], 0
        waiting.append(rest)
        size += len(rest)
        if size > MAX_LINE_BYTES:
            raise bad_response("a line of the stream has no end")
        if not ends:
            yield None
    if size:
        yield b"".join(waiting)
