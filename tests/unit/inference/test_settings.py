from pathlib import Path

import pytest

from genai_studio.inference.sampling.loading import build_registry
from genai_studio.inference.settings import BUILTIN, read_settings


def model_folder(path: Path) -> Path:
    path.mkdir(parents=True)
    (path / "model_index.json").write_text("{}")
    return path


def test_sagemakers_variables_are_sufficient(tmp_path: Path) -> None:
    settings = read_settings([], {"SAGEMAKER_BIND_TO_PORT": "8090", "SM_MODEL_DIR": str(tmp_path)})
    everywhere = "0.0.0.0"  # noqa: S104 - SageMaker calls from the container's network
    assert (settings.host, settings.port, settings.any_port) == (everywhere, 8090, False)
    assert (settings.access_key, settings.attached) == (None, False)
    assert build_registry(settings).names == (BUILTIN,)


def test_the_default_port_is_8080() -> None:
    assert read_settings([], {}).port == 8080


def test_a_model_in_sagemakers_folder_replaces_the_built_in_model(tmp_path: Path) -> None:
    folder = model_folder(tmp_path / "model")
    settings = read_settings([], {"SM_MODEL_DIR": str(folder)})
    assert dict(settings.model_paths) == {"model": folder}
    assert build_registry(settings).names == ("model",)


def test_the_argument_serve_is_accepted() -> None:
    assert read_settings(["serve"], {"SAGEMAKER_BIND_TO_PORT": "8090"}).port == 8090


def test_slots_and_waiting_come_from_the_environment() -> None:
    variables = {"GENAI_STUDIO_INFERENCE_SLOTS": "2", "GENAI_STUDIO_INFERENCE_WAITING": "5"}
    settings = read_settings(["serve"], variables)
    assert (settings.slots, settings.waiting) == (2, 5)


@pytest.mark.parametrize(
    ("variable", "option"),
    [("SAGEMAKER_BIND_TO_PORT", "--port"), ("GENAI_STUDIO_INFERENCE_SLOTS", "--slots")],
)
def test_a_variable_that_is_not_a_number_is_an_error(
    variable: str, option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        read_settings(["serve"], {variable: "many"})
    assert f"{option}: invalid int value: 'many'" in capsys.readouterr().err


def test_models_in_subfolders_of_the_archive_are_found(tmp_path: Path) -> None:
    first, second = model_folder(tmp_path / "a"), tmp_path / "b.safetensors"
    second.touch()
    (tmp_path / "notes.txt").touch()
    settings = read_settings(["serve"], {"SM_MODEL_DIR": str(tmp_path)})
    assert dict(settings.model_paths) == {"a": first, "b": second}


def test_the_built_in_model_does_not_replace_an_archive_without_a_model(tmp_path: Path) -> None:
    (tmp_path / "weights.bin").touch()
    settings = read_settings(["serve"], {"SM_MODEL_DIR": str(tmp_path)})
    assert list(settings.model_paths.values()) == [tmp_path]
    assert not settings.pipelines


def test_options_register_models_in_order_pipelines_first(tmp_path: Path) -> None:
    folder = model_folder(tmp_path / "SD 1.5")
    checkpoint = tmp_path / "xl.safetensors"
    settings = read_settings(
        [
            "--model-dir",
            str(folder),
            "--model-dir",
            str(checkpoint),
            "--pipeline",
            "mine=module:make",
        ],
        {},
    )
    assert build_registry(settings).names == ("mine", "sd-1-5", "xl")


def test_a_folder_never_gets_the_built_in_models_name(tmp_path: Path) -> None:
    settings = read_settings(["--model-dir", str(tmp_path / "builtin")], {})
    assert list(settings.model_paths) == ["builtin-2"]


def test_the_access_key_comes_from_the_environment() -> None:
    settings = read_settings([], {"GENAI_STUDIO_INFERENCE_ACCESS_KEY": "key"})
    assert settings.access_key == "key"


@pytest.mark.parametrize("text", ["builtin", "=module:make", "mine=module"])
def test_a_pipeline_option_without_name_or_factory_is_an_error(
    text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        read_settings(["--pipeline", text], {})
    assert "NAME=MODULE:FACTORY" in capsys.readouterr().err
