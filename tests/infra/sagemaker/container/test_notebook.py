"""The notebook, run from the first to the last cell against the project's own server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from genai_studio.inference.http.app import create_app
from genai_studio.inference.sampling.served_model import ModelRegistry, ServedModel
from tests.serving.container_process import ROOT
from tests.serving.live_server import live_server
from tests.serving.toy_pipeline import ToyPipeline

NOTEBOOK = json.loads((ROOT / "infra/sagemaker/try-endpoint.ipynb").read_text("utf-8"))
CODE = [cell for cell in NOTEBOOK["cells"] if cell["cell_type"] == "code"]


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    models = ModelRegistry(ServedModel("my-endpoint", ToyPipeline))
    with live_server(create_app(models)) as url:
        monkeypatch.setenv("AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME", url)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "any")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "any")
        monkeypatch.setenv("AWS_REGION", "us-east-1")
        monkeypatch.setenv("AWS_SM_EP", "my-endpoint")
        yield


def run(names: dict[str, Any]) -> dict[str, Any]:
    for cell in CODE:
        exec(compile("".join(cell["source"]), cell["id"], "exec"), names)  # noqa: S102 - the notebook
    names["runtime"].close()
    return names


@pytest.mark.usefixtures("endpoint")
def test_every_cell_runs_and_returns_an_image() -> None:
    names = run({})
    assert (names["image"].format, names["image"].size) == ("JPEG", (512, 512))
    assert names["steps"] == []


@pytest.mark.usefixtures("endpoint")
def test_a_streaming_endpoint_reports_its_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STUDIO_STREAMS", "1")
    names = run({})
    assert sorted(set(names["steps"])) == list(range(21))
    assert names["image"].format == "PNG"


@pytest.mark.usefixtures("endpoint")
def test_an_inference_component_is_invoked_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STUDIO_COMPONENT", "my-endpoint")
    assert run({})["target"] == {
        "EndpointName": "my-endpoint",
        "InferenceComponentName": "my-endpoint",
    }


def test_the_notebook_has_no_outputs() -> None:
    assert (NOTEBOOK["nbformat"], NOTEBOOK["nbformat_minor"]) == (4, 5)
    assert all((cell["outputs"], cell["execution_count"]) == ([], None) for cell in CODE)
    ids = [cell["id"] for cell in NOTEBOOK["cells"]]
    assert len(ids) == len(set(ids))
