"""The container's HTTP contract, over real sockets."""

import base64
import json
from collections.abc import Iterator
from io import BytesIO

import httpx
import numpy as np
import pytest
from PIL import Image

from genai_studio.inference.http.app import create_app
from genai_studio.inference.pipelines.errors import ContentFiltered, PipelineUnavailable
from genai_studio.inference.pipelines.pipeline import Pipeline
from genai_studio.inference.sampling.sampling_run import Defaults
from genai_studio.inference.sampling.served_model import ServedModel, ServedModels
from tests.serving.live_server import live_server
from tests.serving.toy_pipeline import Colors, ToyPipeline

SMALL = {"prompt": "a red apple", "width": 64, "height": 64, "num_inference_steps": 3, "seed": 7}
PNG = {"Accept": "application/json;png"}
NDJSON = {"Accept": "application/x-ndjson"}
TYPED = "x-amzn-errortype"


def broken() -> Pipeline[object, object]:
    raise OSError("weights are gone")


def uninstalled() -> Pipeline[object, object]:
    raise PipelineUnavailable("Install genai-studio[diffusers].")


class Prudish(ToyPipeline):
    def encode_text(self, prompt: str, negative_prompt: str) -> Colors:
        raise ContentFiltered


class Failing(ToyPipeline):
    def encode_text(self, prompt: str, negative_prompt: str) -> Colors:
        raise ValueError(prompt)


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    models = ServedModels(
        ServedModel("toy", ToyPipeline, Defaults(width=72, height=80, steps=2)),
        ServedModel("other", ToyPipeline),
        ServedModel("broken", broken),
        ServedModel("uninstalled", uninstalled),
        ServedModel("failing", Failing),
        ServedModel("prudish", Prudish),
    )
    with live_server(create_app(models)) as url, httpx.Client(base_url=url) as client:
        yield client


def drawn_images(answer: httpx.Response) -> list[Image.Image]:
    assert answer.status_code == 200, answer.text
    return [
        Image.open(BytesIO(base64.b64decode(text))) for text in answer.json()["generated_images"]
    ]


def test_png_is_answered_when_png_is_asked_for(client: httpx.Client) -> None:
    answer = client.post("/invocations", json=SMALL, headers=PNG)
    (drawn,) = drawn_images(answer)
    assert (drawn.format, drawn.size) == ("PNG", (64, 64))
    assert answer.json()["prompt"] == "a red apple"


def test_jpeg_is_answered_when_jpeg_is_asked_for(client: httpx.Client) -> None:
    headers = {"Accept": "application/json; jpeg"}
    (drawn,) = drawn_images(client.post("/invocations", json=SMALL, headers=headers))
    assert drawn.format == "JPEG"


def test_rgb_rows_are_answered_otherwise_and_hold_the_same_pixels(client: httpx.Client) -> None:
    answer = client.post("/invocations", json=SMALL)
    (rows,) = answer.json()["generated_images"]
    (png,) = drawn_images(client.post("/invocations", json=SMALL, headers=PNG))
    assert np.array_equal(np.array(rows, np.uint8), np.asarray(png))


def test_what_is_left_out_is_the_models_default(client: httpx.Client) -> None:
    (drawn,) = drawn_images(client.post("/invocations", json={"prompt": "x"}, headers=PNG))
    assert drawn.size == (72, 80)


def test_image_i_is_the_image_of_seed_plus_i(client: httpx.Client) -> None:
    both = drawn_images(
        client.post("/invocations", json=SMALL | {"num_images_per_prompt": 2}, headers=PNG)
    )
    (second,) = drawn_images(client.post("/invocations", json=SMALL | {"seed": 8}, headers=PNG))
    assert both[1].tobytes() == second.tobytes() != both[0].tobytes()


def test_guidance_and_negative_prompt_reach_the_model(client: httpx.Client) -> None:
    asked = [
        SMALL,
        SMALL | {"guidance_scale": 9.0},
        SMALL | {"guidance_scale": 9.0, "negative_prompt": "a worm"},
    ]
    made = [
        drawn_images(client.post("/invocations", json=body, headers=PNG))[0].tobytes()
        for body in asked
    ]
    assert len(set(made)) == 3


def test_the_stream_tells_every_step_then_the_images_then_done(client: httpx.Client) -> None:
    body = SMALL | {"num_images_per_prompt": 2}
    answer = client.post("/invocations", json=body, headers=NDJSON)
    assert answer.headers["content-type"] == "application/x-ndjson"
    events = [json.loads(line) for line in answer.text.splitlines()]
    told = [(event["step"], event["steps"]) for event in events if event["type"] == "progress"]
    assert sorted(set(told)) == [(step, 6) for step in range(7)]
    assert told == sorted(told)
    images = [event for event in events if event["type"] == "image"]
    assert [(image["image"], image["seed"]) for image in images] == [(0, 7), (1, 8)]
    assert {(image["width"], image["height"]) for image in images} == {(64, 64)}
    assert events[-1] == {"type": "done"}


def test_a_streamed_image_is_the_one_that_is_answered_whole(client: httpx.Client) -> None:
    streamed = client.post("/invocations", json=SMALL, headers=NDJSON).text.splitlines()
    (image,) = (event for event in map(json.loads, streamed) if event["type"] == "image")
    whole = client.post("/invocations", json=SMALL, headers=PNG).json()["generated_images"]
    assert image["data"] == whole[0]


def test_the_body_may_choose_among_several_models(client: httpx.Client) -> None:
    other = client.post("/invocations", json={"prompt": "x", "model": "other"}, headers=PNG)
    assert drawn_images(other)[0].size == (512, 512)


@pytest.mark.parametrize(
    ("path", "status", "typed"),
    [("/invocations", 400, None), ("/endpoints/toy/invocations", 400, "ValidationError")],
)
def test_a_bad_field_is_named_in_each_dialect(
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
def test_a_bad_header_is_named(client: httpx.Client, headers: dict[str, str], field: str) -> None:
    answer = client.post("/invocations", content=json.dumps(SMALL), headers=headers)
    assert (answer.status_code, answer.json()["field"]) == (400, field)


def test_a_body_over_sagemakers_limit_is_refused(client: httpx.Client) -> None:
    body = b" " * 6_291_457
    assert client.post("/invocations", content=body).status_code == 413
    typed = client.post("/endpoints/toy/invocations", content=body)
    assert (typed.status_code, typed.headers[TYPED]) == (400, "ValidationError")


def test_an_endpoint_nobody_serves_is_a_validation_error(client: httpx.Client) -> None:
    answer = client.post("/endpoints/nowhere/invocations", json=SMALL)
    assert (answer.status_code, answer.headers[TYPED]) == (400, "ValidationError")
    assert "nowhere" in answer.json()["message"]


def test_the_endpoints_name_and_the_body_may_not_disagree(client: httpx.Client) -> None:
    answer = client.post("/endpoints/toy/invocations", json=SMALL | {"model": "other"})
    assert (answer.status_code, answer.json()["field"]) == (400, "model")


@pytest.mark.parametrize(
    ("name", "status"), [("broken", 500), ("uninstalled", 501), ("prudish", 422)]
)
def test_what_a_model_cannot_do_is_a_model_error(
    client: httpx.Client, name: str, status: int
) -> None:
    plain = client.post("/invocations", json=SMALL | {"model": name})
    assert plain.status_code == status
    typed = client.post(f"/endpoints/{name}/invocations", json=SMALL)
    assert (typed.status_code, typed.headers[TYPED]) == (424, "ModelError")
    assert typed.json()["OriginalStatusCode"] == status
    assert json.loads(typed.json()["OriginalMessage"]) == plain.json()


def test_a_failing_pipeline_ends_the_stream_with_an_error_event(client: httpx.Client) -> None:
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


def test_what_a_model_said_while_it_failed_to_load_is_not_logged(
    client: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    body = SMALL | {"model": "broken"}
    assert client.post("/invocations", json=body).status_code == 500
    assert "Model broken could not be loaded: OSError" in caplog.text
    assert "test_app.py" in caplog.text
    assert "weights are gone" not in caplog.text
    assert "apple" not in caplog.text


def test_a_model_that_failed_once_serves_the_next_caller(client: httpx.Client) -> None:
    body = SMALL | {"model": "failing"}
    assert [client.post("/invocations", json=body).status_code for _ in range(2)] == [500, 500]
    assert client.post("/invocations", json=SMALL).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/", 404), ("GET", "/invocations", 405)]
)
def test_other_paths_and_methods_are_refused_as_json(
    client: httpx.Client, method: str, path: str, status: int
) -> None:
    answer = client.request(method, path)
    assert (answer.status_code, answer.json()["code"]) == (status, "HttpError")
