from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from genai_studio.hosts.cli import app
from tests.hub.fake_hub import MODEL, FakeHub
from tests.serving.live_server import live_server

NAME = "example-tiny-turbo"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with live_server(FakeHub().app()) as url:
        yield url


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GENAI_STUDIO_DATA_DIR", str(tmp_path))
    for name in ("HF_TOKEN", "HF_ENDPOINT", "MODELSCOPE_API_TOKEN", "MODELSCOPE_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.mark.parametrize("hub", ["huggingface", "modelscope"])
def test_add_list_and_remove_a_model(
    url: str, hub: str, data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert app.run(["models", "add", MODEL, "--hub", hub, "--hub-url", url]) == 0
    written = capsys.readouterr()
    assert written.out == f"{NAME}\n"
    assert f"Added {MODEL}" in written.err
    assert (data_dir / "models" / NAME / "model_index.json").is_file()

    assert app.run(["models", "list"]) == 0
    assert NAME in capsys.readouterr().out
    assert app.run(["models", "list", "--json"]) == 0
    assert [model["id"] for model in json.loads(capsys.readouterr().out)] == [MODEL]

    assert app.run(["models", "remove", MODEL]) == 0
    assert not (data_dir / "models" / NAME).exists()
    capsys.readouterr()
    assert app.run(["models", "list"]) == 0
    written = capsys.readouterr()
    assert written.out == ""
    assert "models add" in written.err


def test_add_reports_an_unreachable_hub(capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run(["models", "add", MODEL, "--hub-url", "http://127.0.0.1:9"]) == 1
    written = capsys.readouterr()
    assert written.out == ""
    assert written.err.startswith("genai-studio: Hugging Face")
    assert written.err.count("\n") == 1


@pytest.mark.parametrize(
    ("hub", "variable", "code"),
    [
        ("huggingface", "HF_TOKEN", 0),
        ("huggingface", "MODELSCOPE_API_TOKEN", 1),
        ("modelscope", "MODELSCOPE_API_TOKEN", 0),
        ("modelscope", "HF_TOKEN", 1),
    ],
)
def test_a_token_is_sent_only_to_its_own_hub(
    hub: str, variable: str, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "a-token")
    gated = FakeHub()
    gated.token = "a-token"
    with live_server(gated.app()) as url:
        assert app.run(["models", "add", MODEL, "--hub", hub, "--hub-url", url]) == code


def test_remove_rejects_an_unknown_model(capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run(["models", "remove", "example/else"]) == 1
    assert "example/else" in capsys.readouterr().err
