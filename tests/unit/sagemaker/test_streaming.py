import base64
import json
from contextlib import suppress
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from genai_studio.domain.errors import EndpointError
from genai_studio.domain.failure import FailureCode
from genai_studio.ports import EndpointProgress
from genai_studio.sagemaker import streaming
from genai_studio.sagemaker.streaming import StreamReader, iter_lines, streaming_call
from tests.builders import a_request
from tests.unhurried import unhurried


def encoded(kind: str) -> str:
    out = BytesIO()
    Image.new("RGB", (8, 8)).save(out, kind)
    return base64.b64encode(out.getvalue()).decode()


PNG = encoded("PNG")
PREVIEW = encoded("WEBP")
IMAGE = {"type": "image", "image": 0, "data": PNG}
DONE = {"type": "done"}
PROGRESS = {"type": "progress", "image": 0, "step": 3, "steps": 8}


def line(event: dict[str, Any]) -> bytes:
    return json.dumps(event).encode()


def read(*events: dict[str, Any], count: int = 1) -> StreamReader:
    stream = StreamReader(a_request(count=count, seed=7))
    for event in events:
        stream.read(line(event))
    return stream


def failure_of(*events: dict[str, Any]) -> FailureCode:
    with pytest.raises(EndpointError) as caught:
        read(*events).images()
    return caught.value.failure.code


@unhurried
@given(
    lines=st.lists(st.binary(min_size=1, max_size=20).map(lambda text: text.replace(b"\n", b"."))),
    cut=st.integers(1, 30),
)
def test_lines_are_joined_across_parts(lines: list[bytes], cut: int) -> None:
    wire = b"".join(text + b"\n" for text in lines)
    parts = [wire[start : start + cut] for start in range(0, len(wire), cut)]
    assert [text for text in iter_lines(parts) if text is not None] == lines


def test_part_without_complete_line_yields_none() -> None:
    assert list(iter_lines([b"ab", b"c\nd", b"e"])) == [None, b"abc", None, b"de"]


def test_line_above_limit_is_rejected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "MAX_LINE_BYTES", 10)
    with pytest.raises(EndpointError):
        list(iter_lines([b"12345", b"67890", b"1"]))


def test_progress_and_preview_events_return_progress() -> None:
    stream = StreamReader(a_request())
    assert stream.read(line(PROGRESS)) == EndpointProgress(3, 8, None)
    progress = stream.read(line({"type": "preview", "image": 0, "step": 3, "data": PREVIEW}))
    assert progress == EndpointProgress(3, 8, base64.b64decode(PREVIEW))


def test_images_are_ordered_by_index() -> None:
    stream = read(IMAGE | {"image": 1}, IMAGE, DONE, count=2)
    assert [image.seed for image in stream.images()] == [7, 8]


def test_unknown_fields_are_ignored() -> None:
    assert read(IMAGE | {"nsfw": False}, DONE).images()


@pytest.mark.parametrize(
    "events",
    [
        [],
        [IMAGE],
        [DONE],
        [IMAGE, IMAGE, DONE],
        [IMAGE | {"image": 1}, DONE],
        [IMAGE | {"image": -1}, DONE],
        [IMAGE | {"data": PNG[:-20]}, DONE],
        [IMAGE | {"data": "%"}, DONE],
        [PROGRESS | {"step": 9}],
        [PROGRESS | {"step": -1}],
        [PROGRESS | {"steps": "8"}],
        [{"type": "preview", "data": PNG}],
        [{"type": "preview", "data": "%"}],
        [{"type": "preview", "data": "A" * 2_000_000}],
        [{"type": "dance"}],
        [{}],
    ],
)
def test_invalid_stream_is_bad_response(events: list[dict[str, Any]]) -> None:
    assert failure_of(*events) is FailureCode.ENDPOINT_BAD_RESPONSE


def test_error_event_raises() -> None:
    busy = {"type": "error", "code": "ThrottlingException", "message": "busy"}
    assert failure_of(PROGRESS, busy) is FailureCode.ENDPOINT_THROTTLED


@unhurried
@given(st.binary(max_size=80))
def test_random_line_raises_only_endpoint_error(text: bytes) -> None:
    # A random line can be a valid event only if it is one without progress.
    with suppress(EndpointError):
        assert StreamReader(a_request()).read(text) is None


def test_streaming_call_requests_all_images() -> None:
    call = streaming_call(a_request("a cat", count=3, seed=7, steps=20))
    body = json.loads(call.body)
    assert call.accept == "application/x-ndjson"
    assert (body["num_images_per_prompt"], body["seed"], body["previews"]) == (3, 7, True)
