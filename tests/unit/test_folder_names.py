"""Model folders with the name of another model."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from genai_studio.bootstrap.local import local_studio
from genai_studio.settings import Settings
from tests.unit.inference.pipelines.test_model_facts import make_folder


@pytest.mark.parametrize("name", ["stable-diffusion-2-1-base", "builtin-emoji"])
def test_a_folder_named_like_another_model_gets_its_own_id(tmp_path: Path, name: str) -> None:
    folder = make_folder(tmp_path / name)
    settings = Settings(
        data_dir=tmp_path / "data",
        model_dirs=(folder,),
        sagemaker_endpoint="in-aws",
        region="eu-central-1",
    )

    wired = local_studio(settings)

    with closing(wired.records):
        offered = {model.id: model.endpoint for model in wired.studio.catalog.models}
        assert wired.inference is not None
        assert name in wired.inference.endpoints
    assert offered == {
        "stable-diffusion-2-1-base": "in-aws",
        f"{name}-here": name,
        "builtin-emoji": "builtin",
    }
