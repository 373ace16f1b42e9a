"""Assemble the catalog of a studio on one machine."""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path

from genai_studio.bootstrap.aws_model import synchronous_aws_model
from genai_studio.catalog_file import read_models
from genai_studio.domain.catalog import Catalog, Model
from genai_studio.domain.errors import StudioUnavailable
from genai_studio.hub import installed_models, model_folder
from genai_studio.inference.endpoint_names import assign_endpoint_names
from genai_studio.inference.settings import BUILTIN
from genai_studio.local.inference.model_folder import folder_model, folder_operations
from genai_studio.settings import Settings


@dataclass(frozen=True, slots=True)
class LocalCatalog:
    """The models of a studio on one machine.

    Attributes:
        catalog: All models that the studio offers.
        local_ids: IDs of the models that this machine's inference server serves.
        model_dirs: Folders and files that the inference server loads.
    """

    catalog: Catalog
    local_ids: frozenset[str]
    model_dirs: tuple[Path, ...]


def local_catalog(settings: Settings) -> LocalCatalog:
    """Assemble the catalog: the model in AWS first, then folders, then the built-in model.

    Raises:
        StudioUnavailable: There is no model, or the one in AWS cannot be used.
    """
    builtin = [model for model in read_models() if model.endpoint == BUILTIN]
    if not settings.builtin_model:
        builtin = []
    in_aws = synchronous_aws_model(settings)
    remote = [] if in_aws is None else [in_aws]
    added = _added_models(settings)
    model_dirs = (*settings.model_dirs, *added)
    used_ids = {model.id for model in (*remote, *builtin)}
    local = [
        replace(
            added[path] if path in added else folder_model(path, name),
            id=_unused_id(name, used_ids),
            endpoint=name,
        )
        for name, path in assign_endpoint_names(model_dirs, [BUILTIN]).items()
    ]
    local += builtin
    models = (*remote, *local)
    if not models:
        raise StudioUnavailable(
            "There is no model to offer. Add one with --model-dir, AWS_SM_EP or "
            "GENAI_STUDIO_BEDROCK_MODEL, or remove GENAI_STUDIO_BUILTIN_MODEL=false."
        )
    return LocalCatalog(Catalog(models), frozenset(model.id for model in local), model_dirs)


def _unused_id(name: str, used: set[str]) -> str:
    """Return the folder name, with a suffix if it is in use, and mark it as used."""
    while name in used:
        name += "-here"
    used.add(name)
    return name


def _added_models(settings: Settings) -> dict[Path, Model]:
    """Return the models installed by `genai-studio models add`, by folder.

    Only the studio's own inference process loads them, and only with diffusers. What they
    can do depends on the installed version of the studio, not on that which added them.
    """
    if settings.endpoint_url is not None or find_spec("diffusers") is None:
        return {}
    directory = settings.added_models_dir
    return {
        (folder := model_folder(directory, installed)): replace(
            installed.model, operations=folder_operations(folder)
        )
        for installed in installed_models(directory)
    }
