"""What the serving process is told: SageMaker's environment, or options by hand."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from genai_studio.inference.endpoint_names import endpoint_names

BUILTIN = "builtin"
BUILTIN_PIPELINE = "genai_studio.inference.pipelines.builtin:BuiltinPipeline.load"
ACCESS_KEY_VARIABLE = "GENAI_STUDIO_INFERENCE_ACCESS_KEY"
SLOTS_VARIABLE = "GENAI_STUDIO_INFERENCE_SLOTS"
WAITING_VARIABLE = "GENAI_STUDIO_INFERENCE_WAITING"

_MODEL_DIR = "/opt/ml/model"
_PORT = "8080"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How one serving process runs.

    Attributes:
        host: Address to listen on.
        port: TCP port; taken from the system when 0 or already in use and
            `any_port` is set.
        any_port: Whether another port than `port` will do.
        pipelines: Endpoint name to `module:factory`, the factory of a Pipeline.
        model_paths: Endpoint name to a diffusers folder or `.safetensors` file.
        access_key: See `access`; None inside SageMaker.
        slots: Samplings beside each other.
        waiting: Callers that may wait.
        attached: Whether standard output tells the parent the port, and the end
            of standard input ends the process.
        low_priority: Whether to leave the processor to others first.
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
    """Settings from the command line, and from the environment SageMaker gives.

    SageMaker starts the container with the word `serve` and nothing else, so
    everything has a variable: `SAGEMAKER_BIND_TO_PORT` (8080 if unset),
    `SM_MODEL_DIR` (`/opt/ml/model`, where SageMaker unpacks the model archive;
    see `_unpacked_models`), `GENAI_STUDIO_INFERENCE_SLOTS` and
    `GENAI_STUDIO_INFERENCE_WAITING`. Without any model at all the built-in one
    is served.
    """
    parser = argparse.ArgumentParser(
        prog="python -m genai_studio.inference",
        description="Serve text-to-image models by SageMaker's container contract.",
    )
    parser.add_argument(
        "command", nargs="?", choices=("serve",), help="what SageMaker says; changes nothing"
    )
    parser.add_argument("--host", default="0.0.0.0")  # noqa: S104 - a container's whole network
    # Defaults are texts: argparse reads them as it reads an option, and complains alike.
    parser.add_argument("--port", type=int, default=environ.get("SAGEMAKER_BIND_TO_PORT", _PORT))
    parser.add_argument("--any-port", action="store_true", help="take another port if it is in use")
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
        help="a Pipeline of your own; repeatable",
    )
    parser.add_argument(
        "--slots",
        type=int,
        default=environ.get(SLOTS_VARIABLE, "1"),
        help="samplings beside each other",
    )
    parser.add_argument(
        "--waiting",
        type=int,
        default=environ.get(WAITING_VARIABLE, "32"),
        help="callers that may wait",
    )
    parser.add_argument(
        "--attached",
        action="store_true",
        help="tell the port on standard output, end with standard input",
    )
    parser.add_argument("--low-priority", action="store_true")
    given = parser.parse_args(arguments)

    pipelines = dict(_named_pipeline(parser, text) for text in given.pipeline)
    paths: list[Path] = list(given.model_dir)
    if not paths and not pipelines:
        paths = _unpacked_models(Path(environ.get("SM_MODEL_DIR", _MODEL_DIR)))
        if not paths:
            pipelines = {BUILTIN: BUILTIN_PIPELINE}
    return Settings(
        host=given.host,
        port=given.port,
        any_port=given.any_port,
        pipelines=pipelines,
        model_paths=endpoint_names(paths, {BUILTIN, *pipelines}),
        access_key=environ.get(ACCESS_KEY_VARIABLE) or None,
        slots=given.slots,
        waiting=given.waiting,
        attached=given.attached,
        low_priority=given.low_priority,
    )


def holds_model(path: Path) -> bool:
    """Whether a path is a diffusers folder or a `.safetensors` file."""
    return (path / "model_index.json").is_file() or (
        path.suffix == ".safetensors" and path.is_file()
    )


def _unpacked_models(folder: Path) -> list[Path]:
    """What a model archive held: the folder itself, or the models in it, by name.

    An archive that holds something else stands for itself, so that the server
    says what is wrong with it: the built-in model in its place would be a lie.
    """
    if holds_model(folder):
        return [folder]
    inside = sorted(folder.iterdir()) if folder.is_dir() else []
    return [path for path in inside if holds_model(path)] or ([folder] if inside else [])


def _named_pipeline(parser: argparse.ArgumentParser, text: str) -> tuple[str, str]:
    name, equals, factory = text.partition("=")
    if not (name and equals and ":" in factory):
        parser.error(f"--pipeline {text}: expected NAME=MODULE:FACTORY")
    return name, factory
