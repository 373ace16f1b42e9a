import threading

import httpx

from genai_studio.inference.app import create_app
from genai_studio.inference.served_model import ServedModel, ServedModels
from tests.serving.live_server import live_server
from tests.serving.toy_pipeline import ToyPipeline


def test_ping_answers_200_only_once_the_default_model_is_loaded() -> None:
    may_load = threading.Event()
    loaded = threading.Event()

    def load() -> ToyPipeline:
        assert may_load.wait(30)
        loaded.set()
        return ToyPipeline()

    models = ServedModels(ServedModel("toy", load), ServedModel("lazy", ToyPipeline))
    with live_server(create_app(models)) as url:
        assert httpx.get(f"{url}/ping").status_code == 503
        may_load.set()
        assert loaded.wait(30)
        answers = iter(lambda: httpx.get(f"{url}/ping").status_code, 200)
        assert set(answers) <= {503}
        assert httpx.get(f"{url}/ping").status_code == 200
    assert not models.get("lazy").ready
