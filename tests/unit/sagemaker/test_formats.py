import base64
import json
import struct
import zlib
from contextlib import suppress
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from genai_studio.domain.errors import EndpointError
from genai_studio.domain.failure import FailureCode
from genai_studio.sagemaker.formats import FORMATS
from genai_studio.sagemaker.formats.marketplace_sd35 import ASPECT_RATIOS, nearest_aspect_ratio
from genai_studio.sagemaker.formats.stability_seed import stability_seed
from tests.builders import a_request
from tests.unhurried import unhurried
from tests.unit.sagemaker.recorded import INDEX, RECORDINGS, REQUEST, Recording

every_recording = pytest.mark.parametrize("recording", RECORDINGS, ids=lambda each: each.name)
every_format = pytest.mark.parametrize("name", sorted(FORMATS))


def failure_of(name: str, answer: bytes) -> FailureCode:
    with pytest.raises(EndpointError) as caught:
        FORMATS[name].parse(answer, REQUEST, INDEX)
    return caught.value.failure.code


def read_or_refuse(name: str, answer: bytes) -> None:
    """Read an answer that may happen to be right; any untyped error is a failure."""
    with suppress(EndpointError):
        assert FORMATS[name].parse(answer, REQUEST, INDEX).data


def test_every_format_has_a_recording() -> None:
    assert {recording.format for recording in RECORDINGS} == set(FORMATS)


@every_recording
def test_the_call_is_written_as_recorded(recording: Recording) -> None:
    call = FORMATS[recording.format].call(REQUEST, INDEX)
    assert (call.content_type, call.accept) == (
        recording.call["content_type"],
        recording.call["accept"],
    )
    expected = recording.call["body"]
    text = call.body.decode()
    assert (text if isinstance(expected, str) else json.loads(text)) == expected


@every_recording
def test_the_recorded_answer_is_read(recording: Recording) -> None:
    image = FORMATS[recording.format].parse(recording.answer_bytes, REQUEST, INDEX)
    assert image.seed == 42
    found = {key: getattr(image, key) for key in recording.image}
    assert found == recording.image


def test_rgb_rows_become_raw_bytes_in_reading_order() -> None:
    rows = [[[255, 0, 128], [10, 20, 30]]]
    answer = json.dumps({"generated_image": rows}).encode()
    image = FORMATS["jumpstart_txt2img"].parse(answer, REQUEST, INDEX)
    assert image.data == bytes([255, 0, 128, 10, 20, 30])


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("marketplace_sdxl", {"artifacts": [{"finishReason": "CONTENT_FILTERED", "base64": ""}]}),
        ("marketplace_sd35", {"images": [], "finish_reasons": ["Filter reason: prompt"]}),
        ("marketplace_sd35", {"body": {"images": [""], "finish_reasons": ["Filter reason: o"]}}),
    ],
)
def test_a_filtered_image_is_told_as_such_and_not_tried_again(
    name: str, answer: dict[str, Any]
) -> None:
    with pytest.raises(EndpointError) as caught:
        FORMATS[name].parse(json.dumps(answer).encode(), REQUEST, INDEX)
    assert caught.value.failure.code is FailureCode.CONTENT_FILTERED
    assert not caught.value.failure.retryable


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("marketplace_sdxl", {"artifacts": [{"finishReason": "ERROR"}]}),
        ("marketplace_sdxl", {"artifacts": []}),
        ("marketplace_sd35", {"images": [], "finish_reasons": ["Inference error"]}),
        ("jumpstart_txt2img", {"generated_images": []}),
        ("jumpstart_txt2img", {"generated_images": [[[[1, 2, 3]]], [[[1, 2, 3]]]]}),
        ("jumpstart_txt2img", {"generated_images": [[[[1, 2, 256]]]]}),
        ("jumpstart_txt2img", {"generated_images": [[[[1, 2, 3]], []]]}),
        ("jumpstart_txt2img", {"generated_images": [[]]}),
        ("jumpstart_txt2img", {"generated_images": [{}]}),
        ("jumpstart_txt2img", {"generated_images": ["%%%%"]}),
        ("jumpstart_txt2img", {"generated_images": [base64.b64encode(b"GIF89a").decode()]}),
        ("jumpstart_txt2img", {"generated_images": None}),
        ("huggingface", {"generated_image": "x"}),
    ],
)
def test_an_answer_without_its_one_image_is_a_bad_response(name: str, answer: Any) -> None:
    assert failure_of(name, json.dumps(answer).encode()) is FailureCode.ENDPOINT_BAD_RESPONSE


@every_recording
@unhurried
@given(data=st.data())
def test_a_truncated_answer_raises_nothing_but_typed_errors(
    recording: Recording, data: st.DataObject
) -> None:
    answer = recording.answer_bytes
    cut = data.draw(st.integers(0, len(answer) - 1))
    assert failure_of(recording.format, answer[:cut]) is FailureCode.ENDPOINT_BAD_RESPONSE


@every_recording
@unhurried
@given(data=st.data())
def test_a_damaged_answer_raises_nothing_but_typed_errors(
    recording: Recording, data: st.DataObject
) -> None:
    answer = bytearray(recording.answer_bytes)
    at = data.draw(st.integers(0, len(answer) - 1))
    answer[at] = data.draw(st.integers(0, 255))
    read_or_refuse(recording.format, bytes(answer))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "generated_images",
                    "generated_image",
                    "artifacts",
                    "base64",
                    "finishReason",
                    "images",
                    "finish_reasons",
                    "body",
                ]
            ),
            inner,
            max_size=3,
        )
    ),
)


@every_format
@unhurried
@given(answer=st.binary(max_size=99) | json_values.map(lambda value: json.dumps(value).encode()))
def test_random_answers_raise_nothing_but_typed_errors(name: str, answer: bytes) -> None:
    read_or_refuse(name, answer)


@every_format
@pytest.mark.parametrize("answer", [b"[" * 200_000, b'{"a":' * 200_000, b"\xff\xfe", b""])
def test_deep_or_undecodable_answers_are_bad_responses(name: str, answer: bytes) -> None:
    assert failure_of(name, answer) is FailureCode.ENDPOINT_BAD_RESPONSE


def encoded(kind: str) -> bytes:
    out = BytesIO()
    Image.linear_gradient("L").convert("RGB").save(out, kind)
    return out.getvalue()


def answer_with(data: bytes) -> bytes:
    return json.dumps(base64.b64encode(data).decode()).encode()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_png_jpeg_and_webp_are_images(kind: str) -> None:
    image = FORMATS["huggingface"].parse(answer_with(encoded(kind)), REQUEST, INDEX)
    assert image.content_type == f"image/{kind.lower()}"
    assert (image.width, image.height) == (256, 256)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@unhurried
@given(data=st.data())
def test_a_cut_off_image_is_a_bad_response(kind: str, data: st.DataObject) -> None:
    whole = encoded(kind)
    cut = data.draw(st.integers(0, len(whole) - 2))
    code = failure_of("huggingface", answer_with(whole[:cut]))
    assert code is FailureCode.ENDPOINT_BAD_RESPONSE


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF"])
def test_other_kinds_of_image_are_bad_responses(kind: str) -> None:
    answer = answer_with(encoded(kind))
    assert failure_of("huggingface", answer) is FailureCode.ENDPOINT_BAD_RESPONSE


@pytest.mark.parametrize("size", [(60_000, 60_000), (8193, 8), (8192, 8192)])
def test_an_image_that_would_burst_into_too_many_pixels_is_refused(size: tuple[int, int]) -> None:
    def chunk(name: bytes, content: bytes) -> bytes:
        crc = zlib.crc32(name + content)
        return struct.pack("!I", len(content)) + name + content + struct.pack("!I", crc)

    header = struct.pack("!IIBBBBB", *size, 8, 2, 0, 0, 0)
    bomb = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )
    assert failure_of("huggingface", answer_with(bomb)) is FailureCode.ENDPOINT_BAD_RESPONSE


@pytest.mark.parametrize(
    ("width", "height", "ratio"),
    [
        (1024, 1024, "1:1"),
        (1344, 768, "16:9"),
        (768, 1344, "9:16"),
        (512, 768, "2:3"),
        (640, 512, "5:4"),
        (2048, 512, "21:9"),
        (512, 2048, "9:21"),
    ],
)
def test_a_size_becomes_the_nearest_aspect_ratio(width: int, height: int, ratio: str) -> None:
    assert nearest_aspect_ratio(width, height) == ratio


@unhurried
@given(st.integers(8, 4096), st.integers(8, 4096))
def test_every_size_has_an_aspect_ratio(width: int, height: int) -> None:
    assert nearest_aspect_ratio(width, height) in ASPECT_RATIOS


@unhurried
@given(st.integers(0, 2**32 - 1))
def test_stability_is_never_sent_a_seed_it_would_draw_or_refuse(seed: int) -> None:
    assert 1 <= stability_seed(seed) <= 4_294_967_294
    if 1 <= seed <= 4_294_967_294:
        assert stability_seed(seed) == seed


def test_an_empty_negative_prompt_is_left_out_where_it_would_be_weighed() -> None:
    plain = a_request("a cat")
    for name in ("jumpstart_sdxl", "marketplace_sdxl"):
        assert json.loads(FORMATS[name].call(plain, 0).body)["text_prompts"] == [
            {"text": "a cat", "weight": 1.0}
        ]
    assert "negative_prompt" not in json.loads(FORMATS["marketplace_sd35"].call(plain, 0).body)
