"""Models installed by `models add`."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from genai_studio.bootstrap import local_catalog
from genai_studio.bootstrap.local import local_studio
from genai_studio.hub import HuggingFace, add_model
from genai_studio.settings import Settings
from tests.hub.fake_hub import MODEL, FakeHub
from tests.serving.live_server import live_server

NAME = "example-tiny-turbo"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(data_dir=tmp_path)
    with live_server(FakeHub().app()) as url:
        add_model(MODEL, settings.added_models_dir, HuggingFace(url))
    return settings


def offered(settings: Settings, monkeypatch: pytest.MonkeyPatch, *, extra: bool) -> dict[str, Any]:
    """Return each offered model and whether the local inference process serves it."""
    monkeypatch.setattr(local_catalog, "find_spec", lambda name: object() if extra else None)
    wired = local_studio(settings)
    with closing(wired.records):
        served = wired.inference.endpoints if wired.inference is not None else ()
        return {model.id: model.endpoint in served for model in wired.studio.catalog.models}


def test_an_added_model_is_listed_before_the_builtin_model(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    models = offered(settings, monkeypatch, extra=True)
    assert models == {NAME: True, "builtin-emoji": True}
    assert next(iter(models)) == NAME


def test_an_added_model_requires_the_diffusers_extra(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert offered(settings, monkeypatch, extra=False) == {"builtin-emoji": True}
