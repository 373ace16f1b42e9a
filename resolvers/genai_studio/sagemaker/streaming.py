"""Read the streamed response of the project's own container line by line.

`genai_studio.inference.http.ndjson` writes the lines. SageMaker may split them into
payload parts at any byte.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Iterator

import msgspec

from genai_studio.domain.request import ImageRequest
from genai_studio.ports import EditInputs, EndpointImage, EndpointProgress
from genai_studio.sagemaker.errors import bad_response, stream_error
from genai_studio.sagemaker.formats.image_payload import MAX_IMAGE_BYTES, image_from_base64
from genai_studio.sagemaker.formats.studio import studio_call
from genai_studio.sagemaker.formats.wire_format import REAL_TIME_BYTES, Call

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


def streaming_call(
    request: ImageRequest, inputs: EditInputs | None = None, *, max_bytes: int = REAL_TIME_BYTES
) -> Call:
    """Return the call that requests all images at once.

    Raises:
        EndpointError: ENDPOINT_REJECTED if the images do not fit into `max_bytes`.
    """
    fields = {"num_images_per_prompt": request.count, "seed": request.seed, "previews": True}
    return studio_call(request, fields, "application/x-ndjson", inputs, max_bytes)


class StreamReader:
    """Reader of the events of one stream, which collects the images."""

    def __init__(self, request: ImageRequest) -> None:
        self._request = request
        self._images: dict[int, EndpointImage] = {}
        self._progress = EndpointProgress(0, request.steps * request.count, None)
        self._done = False

    def read(self, line: bytes) -> EndpointProgress | None:
        """Read one line. Returns the progress, or None for other events.

        Raises:
            EndpointError: The line is not a valid event, or it is an error event.
        """
        try:
            event = _event.decode(line)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            raise bad_response("a line of the stream is not a valid event") from None
        match event:
            case _Progress(step=step, steps=steps):
                return self._update_progress(step, steps, None)
            case _Preview(data=data):
                step, steps = self._progress.step, self._progress.steps
                return self._update_progress(step, steps, _decode_preview(data))
            case _Image(image=index, data=data):
                self._add_image(index, data)
            case _Error(code=code, message=message):
                redact = (self._request.prompt, self._request.negative_prompt)
                raise stream_error(code, message, redact)
            case _Done():
                self._done = True
        return None

    def images(self) -> list[EndpointImage]:
        """Return all images in order, after the end of the stream.

        Raises:
            EndpointError: The stream ended early.
        """
        if not self._done or len(self._images) != self._request.count:
            raise bad_response("the stream ended early")
        return [self._images[index] for index in range(self._request.count)]

    def _update_progress(self, step: int, steps: int, preview: bytes | None) -> EndpointProgress:
        if not 0 <= step <= steps:
            raise bad_response("the stream reports an invalid step")
        self._progress = EndpointProgress(step, steps, None)
        return EndpointProgress(step, steps, preview)

    def _add_image(self, index: int, data: str) -> None:
        if not 0 <= index < self._request.count or index in self._images:
            raise bad_response("the stream has an invalid or duplicate image index")
        self._images[index] = image_from_base64(data, self._request.seed_of(index))


def _decode_preview(text: str) -> bytes:
    if len(text) > MAX_PREVIEW_BYTES:
        raise bad_response("a preview is too large")
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise bad_response("a preview is not base64 text") from None
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        raise bad_response("a preview is not a WebP image")
    return data


def iter_lines(parts: Iterable[bytes]) -> Iterator[bytes | None]:
    """Join payload parts and split them into lines.

    Yields:
        A line without its newline, or None for a part that completes no line. The
        None lets the caller check for cancellation after every part.

    Raises:
        EndpointError: A line is longer than the largest image requires.
    """
    buffer: list[bytes] = []
    size = 0
    for part in parts:
        *ends, rest = part.split(b"\n")
        for end in ends:
            yield b"".join((*buffer, end))
            buffer, size = [], 0
        buffer.append(rest)
        size += len(rest)
        if size > MAX_LINE_BYTES:
            raise bad_response("a line of the stream is too long")
        if not ends:
            yield None
    if size:
        yield b"".join(buffer)
