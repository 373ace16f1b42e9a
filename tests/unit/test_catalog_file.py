"""The shipped catalog, and errors in catalog files."""

from __future__ import annotations

from pathlib import Path

import pytest

from genai_studio.catalog_file import BUILT_IN, read_catalog, read_models
from genai_studio.domain.catalog import Model
from genai_studio.domain.editing.operation import Operation
from genai_studio.domain.errors import StudioUnavailable
from genai_studio.domain.request import ImageRequestInput
from genai_studio.domain.validation import validate
from genai_studio.sagemaker.formats import check_model

MODELS = read_models()


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.id)
def test_every_example_is_valid_with_the_model_defaults(model: Model) -> None:
    assert len(model.examples) == 6
    if Operation.TEXT_TO_IMAGE not in model.operations:
        return  # an example alone is no valid request
    for prompt in model.examples:
        request = validate(ImageRequestInput(prompt=prompt, model=model.id), model, 7)
        assert request.model == model.id


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.id)
def test_every_style_contains_the_prompt_once(model: Model) -> None:
    for style in model.styles:
        assert style.prompt.count("{prompt}") == 1


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.id)
def test_every_wire_format_supports_the_operations(model: Model) -> None:
    check_model(model)


def test_an_unknown_key_is_rejected(tmp_path: Path) -> None:
    file = tmp_path / "models.toml"
    file.write_text("[[model]]\nid = 'x'\n", "utf-8")
    with pytest.raises(StudioUnavailable, match="unknown field `model`"):
        read_models(file)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(StudioUnavailable, match=r"Could not read .*models\.toml"):
        read_models(tmp_path / "models.toml")


def shipped_entry(model_id: str) -> str:
    """Return the TOML text of a shipped model."""
    entries = BUILT_IN.read_text("utf-8").split("[[models]]\n")
    (entry,) = (one for one in entries if one.startswith(f'id = "{model_id}"'))
    return f"[[models]]\n{entry}"


def test_a_file_of_the_operator_adds_and_replaces_models(tmp_path: Path) -> None:
    entry = shipped_entry("stable-diffusion-2-1-base")
    file = tmp_path / "catalog.toml"
    own = entry.replace('"stable-diffusion-2-1-base"', '"own"')
    file.write_text(own + entry.replace("steps = 50", "steps = 25"), "utf-8")

    models = {model.id: model for model in read_catalog(file)}

    assert list(models) == [*(model.id for model in MODELS), "own"]
    assert models["stable-diffusion-2-1-base"].defaults.steps == 25
    assert read_catalog(None) == MODELS


def test_an_invalid_entry_is_named_with_its_line(tmp_path: Path) -> None:
    entry = shipped_entry("stable-diffusion-2-1-base")
    file = tmp_path / "catalog.toml"
    file.write_text(entry + entry.replace("streams = false", "streams = 1"), "utf-8")
    line = entry.count("\n") + 1

    with pytest.raises(StudioUnavailable, match=rf"catalog\.toml, line {line}: .*streams"):
        read_models(file)


def test_a_syntax_error_is_named_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "catalog.toml"
    file.write_text("[[models]]\nid = \n", "utf-8")

    with pytest.raises(StudioUnavailable, match="line 2"):
        read_models(file)
