"""The models that were added: one folder each, and beside it the catalogue's entry."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import msgspec

from genai_studio.domain.catalogue import Defaults, Limits, Model, Range, SpeedClass
from genai_studio.hub.errors import HubError, ModelNotFound
from genai_studio.inference.endpoint_names import endpoint_name
from genai_studio.inference.pipelines.model_facts import ModelFacts

_FEW_STEPS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalledModel:
    """A model on this machine.

    Attributes:
        id: Its id on the hub, `owner/name`.
        hub: The hub's name.
        revision: What was downloaded.
        licence: As the model's card names it, or None.
        bytes: Size of its files.
        model: Its entry in the catalogue.
    """

    id: str
    hub: str
    revision: str
    licence: str | None
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


def catalogue_entry(model_id: str, hub: str, facts: ModelFacts) -> Model:
    """The entry of a downloaded model, with limits around what it was trained for."""
    name = model_name(model_id)
    owner, _, title = model_id.partition("/")
    side = facts.side
    fast = facts.steps <= _FEW_STEPS
    return Model(
        id=name,
        name=title,
        description=f"By {owner}, from {hub}.",
        endpoint=name,
        format="studio",
        speed=SpeedClass.STANDARD,
        streams=True,
        prompt_languages=("en",),
        price_per_image=0.0,
        limits=Limits(
            prompt_characters=2000,
            width=Range(min=64, max=min(2 * side, 2048), step=8),
            height=Range(min=64, max=min(2 * side, 2048), step=8),
            max_pixels=2 * side * side,
            steps=Range(min=1, max=50 if fast else 150),
            guidance_min=0.0,
            guidance_max=30.0,
            count=Range(min=1, max=4),
        ),
        defaults=Defaults(
            width=side, height=side, steps=facts.steps, guidance_scale=facts.guidance_scale
        ),
        uses_guidance=facts.uses_guidance,
    )


def _read(entry: Path) -> InstalledModel:
    try:
        return msgspec.json.decode(entry.read_bytes(), type=InstalledModel)
    except (OSError, msgspec.MsgspecError) as error:
        raise HubError(f"{entry} is not the entry of a model: {error}.") from error
