"""Add a model: list its files, select, download, verify, and write the catalog entry."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from genai_studio.hub.download import Source, download_file
from genai_studio.hub.errors import DiskFull, ModelNotUsable
from genai_studio.hub.installed import (
    InstalledModel,
    catalog_entry,
    model_folder,
    model_name,
    write_entry,
)
from genai_studio.hub.lock import models_lock
from genai_studio.hub.repository import Hub, RemoteFile, Snapshot, checked_model_id
from genai_studio.hub.selection import INDEX, choose_files
from genai_studio.inference.pipelines.diffusers.model_facts import ModelFacts, read_model_facts
from genai_studio.inference.pipelines.errors import PipelineUnavailable

_TIMEOUT = httpx.Timeout(30.0, connect=10.0)
_PARTIAL = ".partial"


@dataclass(frozen=True, slots=True)
class DownloadProgress:
    """Progress of a download.

    Attributes:
        path: File that is being downloaded.
        done: Downloaded bytes of the model.
        total: Total bytes of the model.
    """

    path: str
    done: int
    total: int


OnProgress = Callable[[DownloadProgress], None]


def add_model(
    model_id: str,
    directory: Path,
    hub: Hub,
    on_progress: OnProgress = lambda progress: None,
    *,
    revision: str | None = None,
    token: str | None = None,
) -> InstalledModel:
    """Download a diffusers text-to-image model and add it to the catalog.

    A repeated call resumes an interrupted download.

    Args:
        model_id: `owner/name` on the hub.
        directory: Directory of the added models.
        hub: `HuggingFace()` or `ModelScope()`.
        on_progress: Called after each chunk.
        revision: Branch, tag or commit. Defaults to the hub's default branch.
        token: Access token for the hub, for models that are not public.

    Raises:
        HubError: The model could not be added. The catalog is unchanged.
    """
    checked_model_id(model_id)
    with models_lock(directory):
        return _add(model_id, directory, hub, on_progress, revision=revision, token=token)


def _add(
    model_id: str,
    directory: Path,
    hub: Hub,
    on_progress: OnProgress,
    *,
    revision: str | None,
    token: str | None,
) -> InstalledModel:
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    # httpx removes the token when the hub redirects to another host.
    with httpx.Client(timeout=_TIMEOUT, follow_redirects=True, headers=headers) as client:
        snapshot = hub.snapshot(client, model_id, revision or hub.default_revision)
        folder = _partial_folder(directory, model_id, snapshot)
        files = {file.path: file for file in snapshot.files}
        if INDEX not in files:
            raise ModelNotUsable(f"{model_id} is not a diffusers model: it has no {INDEX}.")

        def fetch(file: RemoteFile, done_before: int, total: int) -> None:
            url = hub.file_url(model_id, snapshot.revision, file.path)
            download_file(
                client,
                Source(url, hub.name, model_id),
                file,
                folder / file.path,
                lambda done: on_progress(DownloadProgress(file.path, done_before + done, total)),
            )

        fetch(files[INDEX], 0, files[INDEX].size)
        _facts(folder)
        chosen = choose_files(_read_index(folder), snapshot.files)
        total = sum(file.size for file in chosen)
        _check_disk_space(folder, chosen, total)
        done = 0
        for file in chosen:
            fetch(file, done, total)
            done += file.size
    installed = InstalledModel(
        id=model_id,
        hub=hub.name,
        revision=snapshot.revision,
        license=snapshot.license,
        bytes=total,
        model=catalog_entry(model_id, hub.name, _facts(folder)),
    )
    target = model_folder(directory, installed)
    shutil.rmtree(target, ignore_errors=True)
    folder.replace(target)
    write_entry(directory, installed)
    return installed


def _partial_folder(directory: Path, model_id: str, snapshot: Snapshot) -> Path:
    """Return the download folder: one per revision, so that revisions are not mixed."""
    revision = "".join(char for char in snapshot.revision if char.isalnum())[:12]
    # `read_model_facts` uses the folder name, so it must be the model's name.
    return directory / _PARTIAL / revision / model_name(model_id)


def _read_index(folder: Path) -> dict[str, Any]:
    content = json.loads((folder / INDEX).read_text("utf-8"))
    return content if isinstance(content, dict) else {}


def _facts(folder: Path) -> ModelFacts:
    try:
        return read_model_facts(folder)
    except PipelineUnavailable as error:
        raise ModelNotUsable(str(error)) from error


def _check_disk_space(folder: Path, files: Sequence[RemoteFile], total: int) -> None:
    downloaded = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    free = shutil.disk_usage(folder).free
    if total - downloaded > free:
        raise DiskFull(
            f"The model's {len(files)} files need {total / 1e9:.1f} GB, "
            f"but only {free / 1e9:.1f} GB are free on the disk."
        )
