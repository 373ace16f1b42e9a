"""Download a model with a progress bar."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from genai_studio.hosts.cli.output.console import err, print_plain
from genai_studio.hosts.cli.output.terminal_text import escape_controls
from genai_studio.hub import DownloadProgress, Hub, HuggingFace, ModelScope, add_model

_HUBS: dict[str, type[HuggingFace] | type[ModelScope]] = {
    "huggingface": HuggingFace,
    "modelscope": ModelScope,
}


def download_model(
    model_id: str,
    directory: Path,
    hub_name: str,
    *,
    revision: str | None,
    hub_token: str | None,
    hub_url: str | None,
) -> None:
    """Add a model to the catalog and print its name there.

    Raises:
        HubError: The model could not be added.
    """
    hub_type = _HUBS[hub_name]
    hub: Hub = hub_type() if hub_url is None else hub_type(hub_url)
    console = err()
    bar = Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
        transient=True,
    )
    task = bar.add_task(model_id, total=None)

    def show(progress: DownloadProgress) -> None:
        bar.update(
            task,
            description=escape_controls(progress.path),
            completed=progress.done,
            total=progress.total,
        )

    with bar:
        added = add_model(model_id, directory, hub, show, revision=revision, token=hub_token)
    print_plain(added.model.id)
    license_name = escape_controls(added.license or "unknown (see the model card)")
    console.print(
        f"Added {added.id}, {added.bytes / 1e9:.2f} GB. License: {license_name}. "
        "Restart genai-studio up to use it.",
        markup=False,
        soft_wrap=True,
    )
    if find_spec("diffusers") is None:
        console.print(
            "This model needs diffusers: pip install 'genai-studio[diffusers]'",
            markup=False,
            soft_wrap=True,
        )
