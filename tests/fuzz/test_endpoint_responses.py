"""Responses of endpoints: every wire format, the project's own stream, and its event frames."""

from __future__ import annotations

import base64
import json
import struct
from binascii import crc32
from contextlib import suppress
from typing import Any

import pytest
from botocore.eventstream import EventStreamBuffer
from hypothesis import strategies as st

from genai_studio.domain.errors import EndpointError
from genai_studio.inference.errors import InferenceError
from genai_studio.inference.http.event_stream import payload_part
from genai_studio.inference.invocation import parse_invocation
from genai_studio.inference.limits import MAX_BODY_BYTES
from genai_studio.sagemaker.errors import TRANSLATED_ERRORS, async_failure, endpoint_error
from genai_studio.sagemaker.formats import FORMATS
from genai_studio.sagemaker.streaming import StreamReader, iter_lines
from tests.builders import a_request
from tests.fuzz.fuzzing import assert_bounded_cost, fuzz, repeat
from tests.fuzz.inputs import JSON_VALUES, TEXTS, mutated_bytes, mutated_json
from tests.unit.imaging.pngs import a_gradient, encoded

REQUEST = a_request(count=2)
PNG = base64.b64encode(encoded(a_gradient(8, 8), "PNG")).decode()
WEBP = base64.b64encode(encoded(a_gradient(8, 8), "WEBP")).decode()
ROWS = [[[1, 2, 3]] * 4] * 4
RESPONSES: tuple[Any, ...] = (
    PNG,
    {"generated_image": PNG, "prompt": "a red apple"},
    {"generated_images": [PNG]},
    {"generated_images": [ROWS]},
    {"artifacts": [{"base64": PNG, "finishReason": "SUCCESS", "seed": 7}]},
    {"artifacts": [{"base64": PNG, "finishReason": "CONTENT_FILTERED"}]},
    {"images": [PNG], "finish_reasons": [None], "seeds": [7]},
    {"body": {"images": [PNG], "finish_reasons": ["Filter reason: prompt"]}},
    {"body": json.dumps({"images": [PNG]})},
)
EVENTS: tuple[dict[str, Any], ...] = (
    {"type": "progress", "image": 0, "step": 1, "steps": 16},
    {"type": "preview", "image": 0, "step": 1, "content_type": "image/webp", "data": WEBP},
    {"type": "image", "image": 0, "seed": 7, "content_type": "image/png", "data": PNG},
    {"type": "image", "image": 1, "seed": 8, "content_type": "image/png", "data": PNG},
    {"type": "error", "code": "ThrottlingException", "message": "busy: a red apple"},
    {"type": "done"},
)
LINES = tuple(json.dumps(event).encode() + b"\n" for event in EVENTS)
FRAMES = tuple(payload_part(line) for line in LINES)
LARGE = 1_000_000


def parse(name: str, response: bytes) -> None:
    with suppress(EndpointError):
        image = FORMATS[name].parse(response, REQUEST, 0)
        assert image.width > 0
        assert image.height > 0


@fuzz(
    st.sampled_from(sorted(FORMATS)),
    mutated_json(RESPONSES).map(lambda value: json.dumps(value).encode())
    | JSON_VALUES.map(lambda value: json.dumps(value).encode())
    | mutated_bytes(tuple(json.dumps(one).encode() for one in RESPONSES))
    | st.binary(max_size=100),
    examples=500,
)
def test_response(name: str, response: bytes) -> None:
    parse(name, response)


def read_stream(parts: list[bytes]) -> None:
    reader, message = StreamReader(REQUEST), ""
    try:
        for line in iter_lines(parts):
            if line is not None:
                reader.read(line)
        reader.images()
    except EndpointError as error:
        message = error.failure.message
    assert REQUEST.prompt not in message


@fuzz(
    st.lists(
        st.sampled_from(LINES)
        | mutated_bytes(LINES)
        | mutated_json(EVENTS).map(lambda value: json.dumps(value).encode() + b"\n"),
        max_size=6,
    ),
    st.integers(1, 300),
)
def test_stream(lines: list[bytes], size: int) -> None:
    data = b"".join(lines)
    read_stream([data[at : at + size] for at in range(0, len(data), size)])


def decode_frames(data: bytes) -> None:
    buffer = EventStreamBuffer()
    parts: list[bytes] = []
    failure: Exception | None = None
    try:
        for at in range(0, len(data), 1000):
            buffer.add_data(data[at : at + 1000])
            parts += [event.payload for event in buffer]
    except TRANSLATED_ERRORS as error:
        failure = endpoint_error(error)
    assert isinstance(failure, EndpointError | None)
    read_stream(parts)


@st.composite
def frames_with_valid_checksums(draw: st.DrawFn) -> bytes:
    """Generate a frame whose checksums hold, with any header block."""
    headers, payload = draw(st.binary(max_size=40)), draw(st.binary(max_size=40))
    length = draw(st.sampled_from([len(headers), len(headers) + 1, 0, 2**17, 2**31]))
    lengths = struct.pack("!II", 12 + len(headers) + len(payload) + 4, length)
    message = lengths + struct.pack("!I", crc32(lengths)) + headers + payload
    return message + struct.pack("!I", crc32(message))


@fuzz(
    mutated_bytes(FRAMES)
    | st.lists(st.sampled_from(FRAMES), max_size=4).map(b"".join)
    | frames_with_valid_checksums()
)
def test_event_stream_frames(data: bytes) -> None:
    decode_frames(data)


@fuzz(st.binary(max_size=200), TEXTS)
def test_failure_of_async_endpoint(body: bytes, reason: str) -> None:
    assert isinstance(async_failure(body, reason), EndpointError)


def invoke(body: bytes) -> None:
    with suppress(InferenceError):
        parse_invocation(body)


SOURCE = base64.b64encode(encoded(a_gradient(64, 64), "PNG")).decode()
INVOCATIONS: tuple[dict[str, Any], ...] = (
    {"prompt": "a red apple", "width": 64, "height": 64, "seed": 7, "guidance_scale": 3.0},
    {"prompt": "a red apple", "image": SOURCE, "mask_image": SOURCE, "strength": 0.5},
    {"image": SOURCE, "upscale": 2},
)


@fuzz(
    mutated_json(INVOCATIONS).map(lambda value: json.dumps(value).encode())
    | mutated_bytes(tuple(json.dumps(one).encode() for one in INVOCATIONS))
)
def test_invocation(body: bytes) -> None:
    invoke(body)


@pytest.mark.parametrize(
    "name", ["huggingface", "jumpstart_txt2img", "marketplace_sd35", "marketplace_sdxl"]
)
def test_cost_of_responses(name: str) -> None:
    for begin, middle, end in (
        (b"", b"[", b""),
        (b'"', b"A", b'"'),
        (b'{"generated_images": [[', b"[[1,2,3]],", b"[[1,2,3]]]]}"),
        (b'{"generated_images": [[[', b"[1,2,3],", b"[1,2,3]]]]}"),
        (b'{"artifacts": [', b"{},", b"{}]}"),
        (b'{"images": [', b'"",', b'""]}'),
        (b'{"body": "', b'\\"', b'"}'),
    ):
        assert_bounded_cost(
            lambda response: parse(name, response), repeat(middle, begin, end), LARGE
        )


def test_cost_of_streams() -> None:
    for line in (b"\n", b"[\n", LINES[0], b"A"):
        assert_bounded_cost(
            lambda data: read_stream([data[at : at + 1000] for at in range(0, len(data), 1000)]),
            repeat(line),
            LARGE,
        )
    for frame in (payload_part(b""), payload_part(b"A" * 500)):
        assert_bounded_cost(decode_frames, repeat(frame), 1_000_000)
    invocation = b'{"prompt": "'
    assert_bounded_cost(invoke, repeat(b"a", invocation, b'"}'), MAX_BODY_BYTES)
    assert_bounded_cost(invoke, repeat(b"["), MAX_BODY_BYTES)
