"""Edits and upscaling over the container's HTTP interface, with real sockets."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import httpx
import numpy as np
import pytest
from PIL import Image

from genai_studio.inference.http.app import create_app
from genai_studio.inference.limits import MAX_BODY_BYTES
from genai_studio.inference.sampling.served_model import ModelRegistry, ServedModel
from tests.serving.editing_toy_pipeline import EditingToyPipeline
from tests.serving.live_server import live_server
from tests.serving.toy_pipeline import ToyPipeline
from tests.unit.imaging.pngs import a_gradient, encoded
from tests.unit.sagemaker.recordings import halves

SIZE = (64, 72)
SOURCE = a_gradient(*SIZE)
RIGHT_CHANGES = halves("L", SIZE, 0, 255)
PNG = {"Accept": "application/json;png"}
NDJSON = {"Accept": "application/x-ndjson"}


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    models = ModelRegistry(ServedModel("toy", EditingToyPipeline), ServedModel("text", ToyPipeline))
    with live_server(create_app(models)) as url, httpx.Client(base_url=url) as client:
        yield client


def body(image: Image.Image | bytes = SOURCE, **fields: Any) -> dict[str, Any]:
    if isinstance(mask := fields.pop("mask", None), Image.Image):
        fields["mask_image"] = text(encoded(mask, "PNG"))
    source = image if isinstance(image, bytes) else encoded(image, "PNG")
    return {"prompt": "a red apple", "seed": 7, "image": text(source)} | fields


def text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def edited(client: httpx.Client, **fields: Any) -> Image.Image:
    answer = client.post("/invocations", json=body(**fields), headers=PNG)
    assert answer.status_code == 200, answer.text
    (image,) = answer.json()["generated_images"]
    return Image.open(BytesIO(base64.b64decode(image)))


def change(image: Image.Image, columns: slice = slice(None)) -> float:
    before, after = (np.asarray(one, np.float64)[:, columns] for one in (SOURCE, image))
    return float(np.abs(before - after).mean())


def test_strength_1_ignores_the_image_and_small_values_keep_it(client: httpx.Client) -> None:
    changes = [change(edited(client, strength=strength)) for strength in (0.1, 0.5, 1.0)]
    assert changes == sorted(changes)
    assert changes[0] < changes[2] / 5


def test_white_pixels_of_the_mask_change_and_black_ones_are_kept(client: httpx.Client) -> None:
    image = edited(client, mask=RIGHT_CHANGES, strength=1)
    assert change(image, slice(0, 32)) == 0
    assert change(image, slice(32, 64)) > 20


def test_the_same_seed_gives_the_same_edit(client: httpx.Client) -> None:
    first, second = edited(client, strength=0.6), edited(client, strength=0.6)
    assert first.tobytes() == second.tobytes()
    assert first.tobytes() != edited(client, strength=0.6, seed=8).tobytes()


@pytest.mark.parametrize("factor", [2, 4])
def test_an_upscaled_image_has_the_multiple_size(client: httpx.Client, factor: int) -> None:
    image = edited(client, prompt="", upscale=factor)
    assert image.size == (SIZE[0] * factor, SIZE[1] * factor)


def events_of(client: httpx.Client, **fields: Any) -> list[dict[str, Any]]:
    answer = client.post("/invocations", json=body(**fields), headers=NDJSON)
    assert answer.status_code == 200, answer.text
    return [json.loads(line) for line in answer.text.splitlines()]


def test_a_stream_counts_the_steps_that_the_strength_leaves(client: httpx.Client) -> None:
    events = events_of(
        client, strength=0.3, num_inference_steps=10, num_images_per_prompt=2, previews=True
    )
    progress = [(one["step"], one["steps"]) for one in events if one["type"] == "progress"]
    assert progress[0] == (0, 6)
    assert progress[-6:] == [(step, 6) for step in range(1, 7)]
    assert [one["type"] for one in events[-2:]] == ["image", "done"]


def test_a_stream_reports_the_steps_of_upscaling(client: httpx.Client) -> None:
    events = events_of(client, upscale=2)
    progress = [(one["step"], one["steps"]) for one in events if one["type"] == "progress"]
    assert progress == [(0, 1), (1, 1)]


@pytest.mark.parametrize(
    ("fields", "operation"),
    [
        ({}, "image-to-image"),
        ({"mask": RIGHT_CHANGES}, "inpaint"),
        ({"upscale": 2}, "upscale"),
    ],
)
def test_an_unsupported_operation_is_a_validation_error(
    client: httpx.Client, fields: dict[str, Any], operation: str
) -> None:
    answer = client.post("/invocations", json=body(model="text", **fields), headers=PNG)
    assert (answer.status_code, answer.json()["code"]) == (400, "ValidationError")
    assert f"does not support {operation}" in answer.json()["message"]
    (*_, last) = events_of(client, model="text", **fields)
    assert (last["type"], last["code"]) == ("error", "ValidationError")


def test_an_unsupported_size_to_upscale_is_a_validation_error(client: httpx.Client) -> None:
    answer = client.post("/invocations", json=body(a_gradient(16, 16), upscale=2), headers=PNG)
    assert (answer.status_code, answer.json()["field"]) == (400, "upscale")
    assert "at least 32 pixels" in answer.json()["message"]


def test_a_truncated_image_is_a_validation_error(client: httpx.Client) -> None:
    whole = encoded(a_gradient(256, 256), "PNG")
    answer = client.post("/invocations", json=body(whole[: len(whole) // 2]), headers=PNG)
    assert (answer.status_code, answer.json()["field"]) == (400, "image")


def test_the_largest_incompressible_image_and_mask_fit_into_a_body(client: httpx.Client) -> None:
    """Levels above SageMaker's real-time limit arrive from asynchronous endpoints."""
    noise = np.random.default_rng(0).integers(0, 256, (2048, 2048, 4), np.uint8)
    image, mask = Image.fromarray(noise[..., :3]), Image.fromarray(noise[..., 3])
    fields = body(
        encoded(image, "PNG", compress_level=0),
        mask_image=text(encoded(mask, "PNG", compress_level=0)),
        model="text",
    )
    assert 22_000_000 < len(json.dumps(fields)) < MAX_BODY_BYTES
    answer = client.post("/invocations", json=fields, headers=PNG)
    assert "does not support inpaint" in answer.json()["message"]
