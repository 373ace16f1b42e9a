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
from genai_studio.sagemaker.streaming import StudioStream, lines_of, streaming_call
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


def read(*events: dict[str, Any], count: int = 1) -> StudioStream:
    stream = StudioStream(a_request(count=count, seed=7))
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
def test_lines_are_put_together_however_the_pieces_are_cut(lines: list[bytes], cut: int) -> None:
    wire = b"".join(text + b"\n" for text in lines)
    pieces = [wire[start : start + cut] for start in range(0, len(wire), cut)]
    assert [text for text in lines_of(pieces) if text is not None] == lines


def test_every_piece_without_a_line_is_told_too() -> None:
    assert list(lines_of([b"ab", b"c\nd", b"e"])) == [None, b"abc", None, b"de"]


def test_a_line_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "MAX_LINE_BYTES", 10)
    with pytest.raises(EndpointError):
        list(lines_of([b"12345", b"67890", b"1"]))


def test_progress_and_preview_are_told() -> None:
    stream = StudioStream(a_request())
    assert stream.read(line(PROGRESS)) == EndpointProgress(3, 8, None)
    told = stream.read(line({"type": "preview", "image": 0, "step": 3, "data": PREVIEW}))
    assert told == EndpointProgress(3, 8, base64.b64decode(PREVIEW))


def test_images_come_out_in_order_with_their_seeds() -> None:
    stream = read(IMAGE | {"image": 1}, IMAGE, DONE, count=2)
    assert [image.seed for image in stream.images()] == [7, 8]


def test_fields_that_later_containers_add_are_no_error() -> None:
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
def test_a_stream_that_breaks_the_format_is_a_bad_response(events: list[dict[str, Any]]) -> None:
    assert failure_of(*events) is FailureCode.ENDPOINT_BAD_RESPONSE


def test_an_error_event_is_raised() -> None:
    busy = {"type": "error", "code": "ThrottlingException", "message": "busy"}
    assert failure_of(PROGRESS, busy) is FailureCode.ENDPOINT_THROTTLED


@unhurried
@given(st.binary(max_size=80))
def test_random_lines_raise_nothing_but_typed_errors(text: bytes) -> None:
    # A line that happens to be right tells no progress: it would need its numbers.
    with suppress(EndpointError):
        assert StudioStream(a_request()).read(text) is None


def test_the_call_asks_for_everything_at_once() -> None:
    call = streaming_call(a_request("a cat", count=3, seed=7, steps=20))
    body = json.loads(call.body)
    assert call.accept == "application/x-ndjson"
    assert (body["num_images_per_prompt"], body["seed"], body["previews"]) == (3, 7, True)
