from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from genai_studio.hosts.cli import app
from tests.hub.small_hub import MODEL, SmallHub
from tests.serving.live_server import live_server

NAME = "somebody-tiny-turbo"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with live_server(SmallHub().app()) as url:
        yield url


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GENAI_STUDIO_DATA_DIR", str(tmp_path))
    for name in ("HF_TOKEN", "HF_ENDPOINT", "MODELSCOPE_API_TOKEN", "MODELSCOPE_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.mark.parametrize("hub", ["huggingface", "modelscope"])
def test_a_model_is_added_listed_and_removed(
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


def test_offline_it_says_so(capsys: pytest.CaptureFixture[str]) -> None:
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
def test_a_token_is_shown_to_its_own_hub_alone(
    hub: str, variable: str, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "a-token")
    gated = SmallHub()
    gated.token = "a-token"
    with live_server(gated.app()) as url:
        assert app.run(["models", "add", MODEL, "--hub", hub, "--hub-url", url]) == code


def test_an_unknown_one_cannot_be_removed(capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run(["models", "remove", "somebody/else"]) == 1
    assert "somebody/else" in capsys.readouterr().err
