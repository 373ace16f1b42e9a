"""`genai-studio models`: list, add and remove models of the hubs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from genai_studio.hosts.cli.options import DataDir, Json, local_settings

# Each hub's own: a token for one is never shown to the other.
_ENVIRONMENT = {
    "huggingface": ("HF_TOKEN", "HF_ENDPOINT"),
    "modelscope": ("MODELSCOPE_API_TOKEN", "MODELSCOPE_ENDPOINT"),
}

HubName = Literal["huggingface", "modelscope"]


def add(
    model_id: Annotated[str, Parameter(name="ID", help="Its id on the hub: owner/name.")],
    /,
    *,
    hub: Annotated[HubName, Parameter(help="Where it is.")] = "huggingface",
    revision: Annotated[str | None, Parameter(help="A branch, tag or commit.")] = None,
    hub_token: Annotated[
        str | None,
        Parameter(
            help="For models that are not public (HF_TOKEN; ModelScope: MODELSCOPE_API_TOKEN)."
        ),
    ] = None,
    hub_url: Annotated[str | None, Parameter(help="A mirror of the hub (HF_ENDPOINT).")] = None,
    data_dir: DataDir = None,
) -> None:
    """Download a diffusers text-to-image model and add it to the catalog.

    Interrupted, it goes on where it was when called again. Every file is
    checked, and none that could run code is taken.
    """
    from genai_studio.hosts.cli.model_download import download_model

    token_variable, url_variable = _ENVIRONMENT[hub]
    download_model(
        model_id,
        _directory(data_dir),
        hub,
        revision=revision,
        hub_token=hub_token or os.environ.get(token_variable),
        hub_url=hub_url or os.environ.get(url_variable),
    )


def remove(
    name: Annotated[str, Parameter(name="ID", help="Its id on the hub, or its name here.")],
    /,
    *,
    data_dir: DataDir = None,
) -> None:
    """Delete an added model and its files."""
    from genai_studio.hosts.cli.output.console import err
    from genai_studio.hub import remove_model

    removed = remove_model(_directory(data_dir), name)
    note = f"Removed {removed.id}, {removed.bytes / 1e9:.2f} GB. Restart a studio that runs."
    err().print(note, markup=False, soft_wrap=True)


def list_models(*, data_dir: DataDir = None, json: Json = False) -> None:
    """List the models that were added."""
    from genai_studio.hosts.cli.output.model_table import show_models

    show_models(_directory(data_dir), as_json=json)


def _directory(data_dir: Path | None) -> Path:
    return local_settings(data_dir=data_dir).added_models_dir
