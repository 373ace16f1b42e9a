"""The models that were added: one folder each, and beside it the catalog's entry."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import msgspec

from genai_studio.domain.catalog import Model
from genai_studio.hub.errors import HubError, ModelNotFound
from genai_studio.inference.endpoint_names import endpoint_name
from genai_studio.inference.pipelines.diffusers.model_facts import ModelFacts
from genai_studio.local.inference.model_folder import model_entry


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalledModel:
    """A model on this machine.

    Attributes:
        id: Its id on the hub, `owner/name`.
        hub: The hub's name.
        revision: What was downloaded.
        license: As the model's card names it, or None.
        bytes: Size of its files.
        model: Its entry in the catalog.
    """

    id: str
    hub: str
    revision: str
    license: str | None
    bytes: int
    model: Model


def model_name(model_id: str) -> str:
    """The folder and endpoint name of a hub's model."""
    return endpoint_name(Path(model_id.replace("/", "-")))


def model_folder(directory: Path, installed: InstalledModel) -> Path:
    """Where its files are, in diffusers' folder form."""
    return directory / installed.model.endpoint


def installed_models(directory: Path) -> tuple[InstalledModel, ...]:
    """Every model that was added, by name.

    Raises:
        HubError: An entry cannot be read; the message names the file.
    """
    return tuple(_read(entry) for entry in sorted(directory.glob("*.json")))


def write_entry(directory: Path, installed: InstalledModel) -> None:
    """Add or replace the entry; from here on the model is installed."""
    entry = directory / f"{installed.model.endpoint}.json"
    draft = entry.with_suffix(".tmp")
    draft.write_bytes(msgspec.json.format(msgspec.json.encode(installed), indent=2))
    draft.replace(entry)


def remove_model(directory: Path, name: str) -> InstalledModel:
    """Delete a model's entry and files; returns what it was.

    Args:
        name: Its id on the hub, or its name here.

    Raises:
        ModelNotFound: No such model was added.
    """
    for installed in installed_models(directory):
        if name in (installed.id, installed.model.id):
            (directory / f"{installed.model.endpoint}.json").unlink()
            shutil.rmtree(model_folder(directory, installed), ignore_errors=True)
            return installed
    raise ModelNotFound(f"No model “{name}” was added to this studio.")


def catalog_entry(model_id: str, hub: str, facts: ModelFacts) -> Model:
    """The entry of a downloaded model."""
    owner, _, title = model_id.partition("/")
    return model_entry(facts, model_name(model_id), title, f"By {owner}, from {hub}.")


def _read(entry: Path) -> InstalledModel:
    try:
        return msgspec.json.decode(entry.read_bytes(), type=InstalledModel)
    except (OSError, msgspec.MsgspecError) as error:
        raise HubError(f"{entry} is not the entry of a model: {error}.") from error
