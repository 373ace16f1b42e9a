"""Settings of the serving process: SageMaker's environment variables, or options."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from genai_studio.inference.endpoint_names import assign_endpoint_names

BUILTIN = "builtin"
BUILTIN_PIPELINE = "genai_studio.inference.pipelines.builtin:BuiltinPipeline.load"
ACCESS_KEY_VARIABLE = "GENAI_STUDIO_INFERENCE_ACCESS_KEY"
SLOTS_VARIABLE = "GENAI_STUDIO_INFERENCE_SLOTS"
WAITING_VARIABLE = "GENAI_STUDIO_INFERENCE_WAITING"

_MODEL_DIR = "/opt/ml/model"
_PORT = "8080"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Settings of one serving process.

    Attributes:
        host: Address to listen on.
        port: TCP port. 0 lets the operating system choose.
        any_port: Whether to choose another port if `port` is in use.
        pipelines: Endpoint name to `module:factory`, where the factory returns a
            `Pipeline`.
        model_paths: Endpoint name to a diffusers folder or `.safetensors` file.
        access_key: See `http.access`. None inside SageMaker.
        slots: Number of concurrent invocations.
        waiting: Number of callers that may wait for a slot.
        attached: Whether to write the port to standard output and to exit when
            standard input closes.
        low_priority: Whether to run at a low CPU priority.
    """

    host: str
    port: int
    any_port: bool
    pipelines: Mapping[str, str]
    model_paths: Mapping[str, Path]
    access_key: str | None
    slots: int
    waiting: int
    attached: bool
    low_priority: bool


def read_settings(arguments: Sequence[str], environ: Mapping[str, str]) -> Settings:
    """Read the settings from command-line options and environment variables.

    SageMaker starts the container with the argument `serve` only. These variables
    replace the options there: `SAGEMAKER_BIND_TO_PORT` (default 8080),
    `SM_MODEL_DIR` (default `/opt/ml/model`, where SageMaker unpacks the model
    archive; see `_unpacked_models`), `GENAI_STUDIO_INFERENCE_SLOTS` and
    `GENAI_STUDIO_INFERENCE_WAITING`. If there is no model at all, the built-in
    model is served.
    """
    parser = argparse.ArgumentParser(
        prog="python -m genai_studio.inference",
        description="Serve text-to-image models through SageMaker's container contract.",
    )
    parser.add_argument(
        "command",
        nargs="?",
        choices=("serve",),
        help="the argument that SageMaker passes; has no effect",
    )
    parser.add_argument("--host", default="0.0.0.0")  # noqa: S104 - SageMaker calls from the container's network
    # argparse parses string defaults like options and reports the same errors.
    parser.add_argument("--port", type=int, default=environ.get("SAGEMAKER_BIND_TO_PORT", _PORT))
    parser.add_argument(
        "--any-port", action="store_true", help="choose another port if it is in use"
    )
    parser.add_argument(
        "--model-dir",
        type=Path,
        action="append",
        default=[],
        metavar="PATH",
        help="a diffusers folder or a .safetensors file; repeatable",
    )
    parser.add_argument(
        "--pipeline",
        action="append",
        default=[],
        metavar="NAME=MODULE:FACTORY",
        help="a custom Pipeline; repeatable",
    )
    parser.add_argument(
        "--slots",
        type=int,
        default=environ.get(SLOTS_VARIABLE, "1"),
        help="number of concurrent invocations",
    )
    parser.add_argument(
        "--waiting",
        type=int,
        default=environ.get(WAITING_VARIABLE, "32"),
        help="number of callers that may wait for a slot",
    )
    parser.add_argument(
        "--attached",
        action="store_true",
        help="write the port to standard output, exit when standard input closes",
    )
    parser.add_argument("--low-priority", action="store_true", help="run at a low CPU priority")
    options = parser.parse_args(arguments)

    pipelines = dict(_named_pipeline(parser, text) for text in options.pipeline)
    paths: list[Path] = list(options.model_dir)
    if not paths and not pipelines:
        paths = _unpacked_models(Path(environ.get("SM_MODEL_DIR", _MODEL_DIR)))
        if not paths:
            pipelines = {BUILTIN: BUILTIN_PIPELINE}
    return Settings(
        host=options.host,
        port=options.port,
        any_port=options.any_port,
        pipelines=pipelines,
        model_paths=assign_endpoint_names(paths, {BUILTIN, *pipelines}),
        access_key=environ.get(ACCESS_KEY_VARIABLE) or None,
        slots=options.slots,
        waiting=options.waiting,
        attached=options.attached,
        low_priority=options.low_priority,
    )


def holds_model(path: Path) -> bool:
    """Return whether a path is a diffusers folder or a `.safetensors` file."""
    return (path / "model_index.json").is_file() or (
        path.suffix == ".safetensors" and path.is_file()
    )


def _unpacked_models(folder: Path) -> list[Path]:
    """List the models of an unpacked archive: the folder itself, or the models in it.

    If the archive holds no model, the folder itself is returned. Loading it fails
    with an explanation; the built-in model must not silently take its place.
    """
    if holds_model(folder):
        return [folder]
    inside = sorted(folder.iterdir()) if folder.is_dir() else []
    return [path for path in inside if holds_model(path)] or ([folder] if inside else [])


def _named_pipeline(parser: argparse.ArgumentParser, text: str) -> tuple[str, str]:
    name, equals, factory = text.partition("=")
    if not (name and equals and ":" in factory):
        parser.error(f"--pipeline {text}: must have the form NAME=MODULE:FACTORY")
    return name, factory
