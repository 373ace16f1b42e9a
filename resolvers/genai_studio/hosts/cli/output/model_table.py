"""The added models as a table."""

from __future__ import annotations

from pathlib import Path

from rich.table import Table
from rich.text import Text

from genai_studio.hosts.cli.output.console import err, out, print_json
from genai_studio.hub import InstalledModel, installed_models


def show_models(directory: Path, *, as_json: bool) -> None:
    """Print the added models.

    Raises:
        HubError: An entry cannot be read.
    """
    models = installed_models(directory)
    if as_json:
        print_json([_as_json(model) for model in models])
        return
    if not models:
        err().print(
            "No models added. To add one: genai-studio models add OWNER/NAME",
            markup=False,
            soft_wrap=True,
        )
        return
    table = Table(box=None, pad_edge=False)
    for title in ("Name", "Hub ID", "Hub", "Revision", "License"):
        table.add_column(title, overflow="fold")
    table.add_column("Size", justify="right", no_wrap=True)
    for model in models:
        table.add_row(
            Text(model.model.id),
            Text(model.id),
            Text(model.hub),
            Text(model.revision[:12]),
            Text(model.license or "unknown"),
            f"{model.bytes / 1e9:.2f} GB",
        )
    out().print(table)


def _as_json(model: InstalledModel) -> dict[str, object]:
    return {
        "name": model.model.id,
        "id": model.id,
        "hub": model.hub,
        "revision": model.revision,
        "license": model.license,
        "bytes": model.bytes,
    }
