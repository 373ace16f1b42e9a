"""`genai-studio models`: list, add and remove models from hubs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from genai_studio.hosts.cli.options import DataDir, Json, local_settings

# Separate variables, so that a token for one hub is never sent to the other.
_ENVIRONMENT = {
    "huggingface": ("HF_TOKEN", "HF_ENDPOINT"),
    "modelscope": ("MODELSCOPE_API_TOKEN", "MODELSCOPE_ENDPOINT"),
}

HubName = Literal["huggingface", "modelscope"]


def add(
    model_id: Annotated[str, Parameter(name="ID", help="Model ID on the hub: owner/name.")],
    /,
    *,
    hub: Annotated[HubName, Parameter(help="Hub to download from.")] = "huggingface",
    revision: Annotated[str | None, Parameter(help="Branch, tag or commit.")] = None,
    hub_token: Annotated[
        str | None,
        Parameter(
            help="Access token for non-public models (HF_TOKEN, or MODELSCOPE_API_TOKEN for "
            "ModelScope)."
        ),
    ] = None,
    hub_url: Annotated[
        str | None,
        Parameter(
            help="URL of a mirror of the hub (HF_ENDPOINT, or MODELSCOPE_ENDPOINT for ModelScope)."
        ),
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Download a diffusers text-to-image model and add it to the catalog.

    An interrupted download resumes when the command is run again. All files are
    verified, and files that could contain code are not downloaded.
    """
    from genai_studio.hosts.cli.local_studio.model_download import download_model

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
    name: Annotated[str, Parameter(name="ID", help="Model ID on the hub, or name in the catalog.")],
    /,
    *,
    data_dir: DataDir = None,
) -> None:
    """Delete an added model and its files."""
    from genai_studio.hosts.cli.output.console import err
    from genai_studio.hub import remove_model

    removed = remove_model(_directory(data_dir), name)
    note = f"Removed {removed.id}, {removed.bytes / 1e9:.2f} GB. Restart a running studio."
    err().print(note, markup=False, soft_wrap=True)


def list_models(*, data_dir: DataDir = None, json: Json = False) -> None:
    """List the added models."""
    from genai_studio.hosts.cli.output.model_table import show_models

    show_models(_directory(data_dir), as_json=json)


def _directory(data_dir: Path | None) -> Path:
    return local_settings(data_dir=data_dir).added_models_dir
