"""The added models: a folder and a JSON entry for each."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import msgspec

from genai_studio.domain.catalog import Model
from genai_studio.hub.errors import HubError, ModelNotFound
from genai_studio.hub.lock import models_lock
from genai_studio.inference.endpoint_names import endpoint_name
from genai_studio.inference.pipelines.diffusers.model_facts import ModelFacts
from genai_studio.local.inference.model_folder import model_entry


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalledModel:
    """An added model.

    Attributes:
        id: ID on the hub, `owner/name`.
        hub: Name of the hub.
        revision: Downloaded revision.
        license: License from the model card, or None.
        bytes: Size of the files.
        model: Catalog entry.
    """

    id: str
    hub: str
    revision: str
    license: str | None
    bytes: int
    model: Model


def model_name(model_id: str) -> str:
    """Return the name of a hub model's folder and endpoint."""
    return endpoint_name(Path(model_id.replace("/", "-")))


def model_folder(directory: Path, installed: InstalledModel) -> Path:
    """Return the folder with the model's files, in diffusers format."""
    return directory / installed.model.endpoint


def installed_models(directory: Path) -> tuple[InstalledModel, ...]:
    """Return all added models, sorted by name.

    Raises:
        HubError: An entry cannot be read.
    """
    return tuple(_read(entry) for entry in sorted(directory.glob("*.json")))


def write_entry(directory: Path, installed: InstalledModel) -> None:
    """Add or replace a model's entry."""
    entry = directory / f"{installed.model.endpoint}.json"
    temporary = entry.with_suffix(".tmp")
    temporary.write_bytes(msgspec.json.format(msgspec.json.encode(installed), indent=2))
    temporary.replace(entry)


def remove_model(directory: Path, name: str) -> InstalledModel:
    """Delete a model's entry and files, and return the entry.

    Args:
        name: ID on the hub, or name in the catalog.

    Raises:
        ModelNotFound: There is no such model.
        HubError: Another process changes the models.
    """
    for installed in installed_models(directory):
        if name in (installed.id, installed.model.id):
            with models_lock(directory):
                (directory / f"{installed.model.endpoint}.json").unlink(missing_ok=True)
                shutil.rmtree(model_folder(directory, installed), ignore_errors=True)
            return installed
    raise ModelNotFound(f"No added model “{name}”. To list the models: genai-studio models list")


def catalog_entry(model_id: str, hub: str, facts: ModelFacts) -> Model:
    """Create the catalog entry of a downloaded model."""
    owner, _, title = model_id.partition("/")
    return model_entry(facts, model_name(model_id), title, f"By {owner}, from {hub}.")


def _read(entry: Path) -> InstalledModel:
    try:
        return msgspec.json.decode(entry.read_bytes(), type=InstalledModel)
    except (OSError, msgspec.MsgspecError) as error:
        raise HubError(f"{entry} is not a valid model entry: {error}.") from error
