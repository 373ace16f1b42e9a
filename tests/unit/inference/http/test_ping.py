import threading

import httpx

from genai_studio.inference.http.app import create_app
from genai_studio.inference.pipelines.errors import PipelineUnavailable
from genai_studio.inference.sampling.served_model import ModelRegistry, ServedModel
from tests.serving.live_server import live_server
from tests.serving.toy_pipeline import ToyPipeline


def test_ping_returns_200_once_the_default_model_is_loaded() -> None:
    may_load = threading.Event()
    loaded = threading.Event()

    def load() -> ToyPipeline:
        assert may_load.wait(30)
        loaded.set()
        return ToyPipeline()

    models = ModelRegistry(ServedModel("toy", load), ServedModel("lazy", ToyPipeline))
    with live_server(create_app(models)) as url:
        assert httpx.get(f"{url}/ping").status_code == 503
        may_load.set()
        assert loaded.wait(30)
        answers = iter(lambda: httpx.get(f"{url}/ping").status_code, 200)
        assert set(answers) <= {503}
        assert httpx.get(f"{url}/ping").status_code == 200
    assert not models.get("lazy").ready


def test_ping_reports_a_load_failure_until_loading_succeeds() -> None:
    installed = threading.Event()

    def load() -> ToyPipeline:
        if not installed.is_set():
            raise PipelineUnavailable("Install genai-studio[diffusers].")
        return ToyPipeline()

    models = ModelRegistry(ServedModel("toy", load), ServedModel("healthy", ToyPipeline))
    body = {"prompt": "x", "width": 64, "height": 64, "num_inference_steps": 1}
    with live_server(create_app(models)) as url, httpx.Client(base_url=url) as client:
        answers = iter(lambda: client.get("/ping").json(), None)
        failed = next(answer for answer in answers if "failed" in answer)
        assert failed == {"ready": False, "failed": "Install genai-studio[diffusers]."}
        assert client.get("/ping").status_code == 503

        assert client.post("/invocations", json=body).status_code == 501
        assert client.post("/invocations", json=body | {"model": "healthy"}).status_code == 200

        installed.set()
        assert client.post("/invocations", json=body).status_code == 200
        assert client.get("/ping").json() == {"ready": True}
