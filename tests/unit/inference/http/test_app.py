"""The container's HTTP contract over real sockets."""

import base64
import json
from collections.abc import Iterator
from io import BytesIO

import httpx
import numpy as np
import pytest
from PIL import Image

from genai_studio.inference.http.app import create_app
from genai_studio.inference.limits import MAX_BODY_BYTES
from genai_studio.inference.pipelines.errors import ContentFiltered, PipelineUnavailable
from genai_studio.inference.pipelines.interface import Pipeline, SamplingParameters
from genai_studio.inference.sampling.execution import SamplingDefaults
from genai_studio.inference.sampling.served_model import ModelRegistry, ServedModel
from tests.serving.live_server import live_server
from tests.serving.toy_pipeline import Colors, Latents, ToyPipeline

SMALL = {"prompt": "a red apple", "width": 64, "height": 64, "num_inference_steps": 3, "seed": 7}
PNG = {"Accept": "application/json;png"}
NDJSON = {"Accept": "application/x-ndjson"}
TYPED = "x-amzn-errortype"


def failing_to_load() -> Pipeline[object, object]:
    raise OSError("cannot read the weights")


def not_installed() -> Pipeline[object, object]:
    raise PipelineUnavailable("Install genai-studio[diffusers].")


class Filtering(ToyPipeline):
    def encode_text(self, prompt: str, negative_prompt: str) -> Colors:
        raise ContentFiltered


class Failing(ToyPipeline):
    def encode_text(self, prompt: str, negative_prompt: str) -> Colors:
        raise ValueError(prompt)


class Overflowing(ToyPipeline):
    def decode(self, latents: Latents, parameters: SamplingParameters) -> Image.Image:
        raise PipelineUnavailable("The VAE decoded an all-black image.")


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    models = ModelRegistry(
        ServedModel("toy", ToyPipeline, SamplingDefaults(width=72, height=80, steps=2)),
        ServedModel("other", ToyPipeline),
        ServedModel("broken", failing_to_load),
        ServedModel("uninstalled", not_installed),
        ServedModel("failing", Failing),
        ServedModel("filtering", Filtering),
        ServedModel("overflowing", Overflowing),
    )
    with live_server(create_app(models)) as url, httpx.Client(base_url=url) as client:
        yield client


def decoded_images(answer: httpx.Response) -> list[Image.Image]:
    assert answer.status_code == 200, answer.text
    return [
        Image.open(BytesIO(base64.b64decode(text))) for text in answer.json()["generated_images"]
    ]


def test_accept_png_returns_png(client: httpx.Client) -> None:
    answer = client.post("/invocations", json=SMALL, headers=PNG)
    (drawn,) = decoded_images(answer)
    assert (drawn.format, drawn.size) == ("PNG", (64, 64))
    assert answer.json()["prompt"] == "a red apple"


def test_accept_jpeg_returns_jpeg(client: httpx.Client) -> None:
    headers = {"Accept": "application/json; jpeg"}
    (drawn,) = decoded_images(client.post("/invocations", json=SMALL, headers=headers))
    assert drawn.format == "JPEG"


def test_the_default_format_is_rgb_rows_with_the_same_pixels(client: httpx.Client) -> None:
    answer = client.post("/invocations", json=SMALL)
    (rows,) = answer.json()["generated_images"]
    (png,) = decoded_images(client.post("/invocations", json=SMALL, headers=PNG))
    assert np.array_equal(np.array(rows, np.uint8), np.asarray(png))


def test_omitted_fields_use_the_models_defaults(client: httpx.Client) -> None:
    (drawn,) = decoded_images(client.post("/invocations", json={"prompt": "x"}, headers=PNG))
    assert drawn.size == (72, 80)


def test_image_i_uses_seed_plus_i(client: httpx.Client) -> None:
    both = decoded_images(
        client.post("/invocations", json=SMALL | {"num_images_per_prompt": 2}, headers=PNG)
    )
    (second,) = decoded_images(client.post("/invocations", json=SMALL | {"seed": 8}, headers=PNG))
    assert both[1].tobytes() == second.tobytes() != both[0].tobytes()


def test_guidance_and_negative_prompt_change_the_image(client: httpx.Client) -> None:
    requests = [
        SMALL,
        SMALL | {"guidance_scale": 9.0},
        SMALL | {"guidance_scale": 9.0, "negative_prompt": "a worm"},
    ]
    made = [
        decoded_images(client.post("/invocations", json=body, headers=PNG))[0].tobytes()
        for body in requests
    ]
    assert len(set(made)) == 3


def test_the_stream_reports_every_step_then_images_then_done(client: httpx.Client) -> None:
    body = SMALL | {"num_images_per_prompt": 2}
    answer = client.post("/invocations", json=body, headers=NDJSON)
    assert answer.headers["content-type"] == "application/x-ndjson"
    events = [json.loads(line) for line in answer.text.splitlines()]
    progress = [(event["step"], event["steps"]) for event in events if event["type"] == "progress"]
    assert sorted(set(progress)) == [(step, 6) for step in range(7)]
    assert progress == sorted(progress)
    images = [event for event in events if event["type"] == "image"]
    assert [(image["image"], image["seed"]) for image in images] == [(0, 7), (1, 8)]
    assert {(image["width"], image["height"]) for image in images} == {(64, 64)}
    assert events[-1] == {"type": "done"}


def test_a_streamed_image_equals_the_unstreamed_image(client: httpx.Client) -> None:
    streamed = client.post("/invocations", json=SMALL, headers=NDJSON).text.splitlines()
    (image,) = (event for event in map(json.loads, streamed) if event["type"] == "image")
    whole = client.post("/invocations", json=SMALL, headers=PNG).json()["generated_images"]
    assert image["data"] == whole[0]


def test_the_body_can_select_a_model(client: httpx.Client) -> None:
    other = client.post("/invocations", json={"prompt": "x", "model": "other"}, headers=PNG)
    assert decoded_images(other)[0].size == (512, 512)


@pytest.mark.parametrize(
    ("path", "status", "typed"),
    [("/invocations", 400, None), ("/endpoints/toy/invocations", 400, "ValidationError")],
)
def test_an_invalid_field_is_named_on_both_paths(
    client: httpx.Client, path: str, status: int, typed: str | None
) -> None:
    answer = client.post(path, json=SMALL | {"width": 65})
    assert (answer.status_code, answer.headers.get(TYPED)) == (status, typed)
    assert answer.json()["field"] == "width"
    assert answer.json()["message"].startswith("width: ")


@pytest.mark.parametrize(
    ("headers", "field"),
    [({"Accept": "image/gif"}, "Accept"), ({"Content-Type": "text/plain"}, "Content-Type")],
)
def test_an_invalid_header_is_named(
    client: httpx.Client, headers: dict[str, str], field: str
) -> None:
    answer = client.post("/invocations", content=json.dumps(SMALL), headers=headers)
    assert (answer.status_code, answer.json()["field"]) == (400, field)


def test_a_body_above_the_limit_is_rejected(client: httpx.Client) -> None:
    body = b" " * (MAX_BODY_BYTES + 1)
    assert client.post("/invocations", content=body).status_code == 413
    typed = client.post("/endpoints/toy/invocations", content=body)
    assert (typed.status_code, typed.headers[TYPED]) == (400, "ValidationError")


def test_an_unknown_endpoint_is_a_validation_error(client: httpx.Client) -> None:
    answer = client.post("/endpoints/unknown-endpoint/invocations", json=SMALL)
    assert (answer.status_code, answer.headers[TYPED]) == (400, "ValidationError")
    assert "unknown-endpoint" in answer.json()["message"]


def test_the_body_must_not_select_another_model_than_the_endpoint(client: httpx.Client) -> None:
    answer = client.post("/endpoints/toy/invocations", json=SMALL | {"model": "other"})
    assert (answer.status_code, answer.json()["field"]) == (400, "model")


@pytest.mark.parametrize(
    ("name", "status"),
    [("broken", 500), ("uninstalled", 501), ("filtering", 422), ("overflowing", 501)],
)
def test_failures_of_a_model_are_model_errors(client: httpx.Client, name: str, status: int) -> None:
    plain = client.post("/invocations", json=SMALL | {"model": name})
    assert plain.status_code == status
    typed = client.post(f"/endpoints/{name}/invocations", json=SMALL)
    assert (typed.status_code, typed.headers[TYPED]) == (424, "ModelError")
    assert typed.json()["OriginalStatusCode"] == status
    assert json.loads(typed.json()["OriginalMessage"]) == plain.json()


def test_an_exception_of_the_pipeline_ends_the_stream_with_an_error_event(
    client: httpx.Client,
) -> None:
    answer = client.post("/invocations", json=SMALL | {"model": "failing"}, headers=NDJSON)
    last = json.loads(answer.text.splitlines()[-1])
    assert (last["type"], last["code"]) == ("error", "ModelError")


def test_prompts_are_never_logged(client: httpx.Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(0):
        client.post("/invocations", json=SMALL | {"model": "failing"})
        client.post("/invocations", json=SMALL | {"width": 1})
        client.post("/invocations", json=SMALL)
    assert "raised ValueError" in caplog.text
    assert "apple" not in caplog.text


def test_the_text_of_an_exception_while_loading_is_not_logged(
    client: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    body = SMALL | {"model": "broken"}
    assert client.post("/invocations", json=body).status_code == 500
    assert "Model broken could not be loaded: OSError" in caplog.text
    assert "test_app.py" in caplog.text
    assert "cannot read the weights" not in caplog.text
    assert "apple" not in caplog.text


def test_a_failure_does_not_affect_later_requests(client: httpx.Client) -> None:
    body = SMALL | {"model": "failing"}
    assert [client.post("/invocations", json=body).status_code for _ in range(2)] == [500, 500]
    assert client.post("/invocations", json=SMALL).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/", 404), ("GET", "/invocations", 405)]
)
def test_unknown_paths_and_methods_return_json_errors(
    client: httpx.Client, method: str, path: str, status: int
) -> None:
    answer = client.request(method, path)
    assert (answer.status_code, answer.json()["code"]) == (status, "HttpError")
