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

from genai_studio.domain.editing.operation import Operation
from genai_studio.domain.errors import EndpointError
from genai_studio.domain.failure import FailureCode
from genai_studio.sagemaker.formats import FORMATS
from genai_studio.sagemaker.formats.marketplace_sd35 import ASPECT_RATIOS, nearest_aspect_ratio
from genai_studio.sagemaker.formats.stability_fields import stability_seed
from tests.builders import a_request
from tests.unhurried import unhurried
from tests.unit.sagemaker.recordings import (
    INDEX,
    RECORDINGS,
    REQUEST,
    Recording,
    with_described_images,
)

every_recording = pytest.mark.parametrize("recording", RECORDINGS, ids=lambda each: each.name)
every_format = pytest.mark.parametrize("name", sorted(FORMATS))


def failure_of(name: str, response: bytes) -> FailureCode:
    with pytest.raises(EndpointError) as caught:
        FORMATS[name].parse(response, REQUEST, INDEX)
    return caught.value.failure.code


def read_or_refuse(name: str, response: bytes) -> None:
    """Parse a response that may be valid. Fails on any error other than `EndpointError`."""
    with suppress(EndpointError):
        assert FORMATS[name].parse(response, REQUEST, INDEX).data


def test_every_format_has_a_recording() -> None:
    assert {recording.format for recording in RECORDINGS} == set(FORMATS)


@every_format
def test_every_edit_of_a_format_has_a_recording(name: str) -> None:
    recorded = {recording.operation for recording in RECORDINGS if recording.format == name}
    # An outpainted image reaches the endpoint as an inpainted one.
    assert FORMATS[name].operations - {Operation.OUTPAINT} == recorded


@every_recording
def test_call_matches_recording(recording: Recording) -> None:
    call = FORMATS[recording.format].call(recording.request, INDEX, recording.inputs)
    assert (call.content_type, call.accept) == (
        recording.call["content_type"],
        recording.call["accept"],
    )
    expected = recording.call["body"]
    text = call.body.decode()
    body = text if isinstance(expected, str) else with_described_images(json.loads(text))
    assert body == expected


@every_recording
def test_recorded_response_is_parsed(recording: Recording) -> None:
    image = FORMATS[recording.format].parse(recording.response_bytes, REQUEST, INDEX)
    assert image.seed == 42
    found = {key: getattr(image, key) for key in recording.image}
    assert found == recording.image


def test_rgb_rows_become_bytes_in_row_order() -> None:
    rows = [[[255, 0, 128], [10, 20, 30]]]
    response = json.dumps({"generated_image": rows}).encode()
    image = FORMATS["jumpstart_txt2img"].parse(response, REQUEST, INDEX)
    assert image.data == bytes([255, 0, 128, 10, 20, 30])


@pytest.mark.parametrize(
    ("name", "response"),
    [
        ("marketplace_sdxl", {"artifacts": [{"finishReason": "CONTENT_FILTERED", "base64": ""}]}),
        ("marketplace_sd35", {"images": [], "finish_reasons": ["Filter reason: prompt"]}),
        ("marketplace_sd35", {"body": {"images": [""], "finish_reasons": ["Filter reason: o"]}}),
    ],
)
def test_filtered_image_is_content_filtered_and_not_retryable(
    name: str, response: dict[str, Any]
) -> None:
    with pytest.raises(EndpointError) as caught:
        FORMATS[name].parse(json.dumps(response).encode(), REQUEST, INDEX)
    assert caught.value.failure.code is FailureCode.CONTENT_FILTERED
    assert not caught.value.failure.retryable


@pytest.mark.parametrize(
    ("name", "response"),
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
def test_response_without_exactly_one_image_is_bad_response(name: str, response: Any) -> None:
    assert failure_of(name, json.dumps(response).encode()) is FailureCode.ENDPOINT_BAD_RESPONSE


@every_recording
@unhurried
@given(data=st.data())
def test_truncated_response_raises_endpoint_error(
    recording: Recording, data: st.DataObject
) -> None:
    response = recording.response_bytes
    cut = data.draw(st.integers(0, len(response) - 1))
    assert failure_of(recording.format, response[:cut]) is FailureCode.ENDPOINT_BAD_RESPONSE


@every_recording
@unhurried
@given(data=st.data())
def test_damaged_response_raises_only_endpoint_error(
    recording: Recording, data: st.DataObject
) -> None:
    response = bytearray(recording.response_bytes)
    at = data.draw(st.integers(0, len(response) - 1))
    response[at] = data.draw(st.integers(0, 255))
    read_or_refuse(recording.format, bytes(response))


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
@given(response=st.binary(max_size=99) | json_values.map(lambda value: json.dumps(value).encode()))
def test_random_response_raises_only_endpoint_error(name: str, response: bytes) -> None:
    read_or_refuse(name, response)


@every_format
@pytest.mark.parametrize("response", [b"[" * 200_000, b'{"a":' * 200_000, b"\xff\xfe", b""])
def test_deeply_nested_or_undecodable_response_is_bad_response(name: str, response: bytes) -> None:
    assert failure_of(name, response) is FailureCode.ENDPOINT_BAD_RESPONSE


def encoded(kind: str) -> bytes:
    out = BytesIO()
    Image.linear_gradient("L").convert("RGB").save(out, kind)
    return out.getvalue()


def response_with(data: bytes) -> bytes:
    return json.dumps(base64.b64encode(data).decode()).encode()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_accepts_png_jpeg_and_webp(kind: str) -> None:
    image = FORMATS["huggingface"].parse(response_with(encoded(kind)), REQUEST, INDEX)
    assert image.content_type == f"image/{kind.lower()}"
    assert (image.width, image.height) == (256, 256)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@unhurried
@given(data=st.data())
def test_truncated_image_is_bad_response(kind: str, data: st.DataObject) -> None:
    whole = encoded(kind)
    cut = data.draw(st.integers(0, len(whole) - 2))
    code = failure_of("huggingface", response_with(whole[:cut]))
    assert code is FailureCode.ENDPOINT_BAD_RESPONSE


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF"])
def test_other_image_types_are_bad_response(kind: str) -> None:
    response = response_with(encoded(kind))
    assert failure_of("huggingface", response) is FailureCode.ENDPOINT_BAD_RESPONSE


@pytest.mark.parametrize("size", [(60_000, 60_000), (8193, 8), (8192, 8192)])
def test_decompression_bomb_is_bad_response(size: tuple[int, int]) -> None:
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
    assert failure_of("huggingface", response_with(bomb)) is FailureCode.ENDPOINT_BAD_RESPONSE


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
def test_size_maps_to_nearest_aspect_ratio(width: int, height: int, ratio: str) -> None:
    assert nearest_aspect_ratio(width, height) == ratio


@unhurried
@given(st.integers(8, 4096), st.integers(8, 4096))
def test_every_size_has_an_aspect_ratio(width: int, height: int) -> None:
    assert nearest_aspect_ratio(width, height) in ASPECT_RATIOS


@unhurried
@given(st.integers(0, 2**32 - 1))
def test_stability_seed_is_in_accepted_range(seed: int) -> None:
    assert 1 <= stability_seed(seed) <= 4_294_967_294
    if 1 <= seed <= 4_294_967_294:
        assert stability_seed(seed) == seed


def test_empty_negative_prompt_is_omitted() -> None:
    plain = a_request("a cat")
    for name in ("jumpstart_sdxl", "marketplace_sdxl"):
        assert json.loads(FORMATS[name].call(plain, 0).body)["text_prompts"] == [
            {"text": "a cat", "weight": 1.0}
        ]
    assert "negative_prompt" not in json.loads(FORMATS["marketplace_sd35"].call(plain, 0).body)
