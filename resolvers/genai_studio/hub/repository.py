"""The interface of a hub: the files of a model revision and their URLs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Protocol, TypeVar

import httpx
import msgspec

from genai_studio.hub.errors import AccessRefused, HubUnreachable, ModelNotFound, ModelNotUsable

_ID = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """One file of a revision.

    Attributes:
        path: Relative path with “/”, verified to stay inside the model's folder.
        size: Size in bytes.
        sha256: Lower-case hex digest, or None.
        git_sha1: Git blob hash, which hubs report for small files, or None.
    """

    path: str
    size: int
    sha256: str | None
    git_sha1: str | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All files of a revision.

    Attributes:
        revision: A commit if the hub reports one, which cannot change during the download.
        files: All files of the repository.
        license: License from the model card, or None.
    """

    revision: str
    files: tuple[RemoteFile, ...]
    license: str | None = None


class Hub(Protocol):
    """A service from which models are downloaded."""

    name: str
    default_revision: str

    def snapshot(self, client: httpx.Client, model_id: str, revision: str) -> Snapshot:
        """List the files of a revision.

        Raises:
            HubError: The hub is unreachable, or there is no such model.
        """

    def file_url(self, model_id: str, revision: str, path: str) -> str:
        """Return the URL of a file. It may redirect."""


def checked_model_id(model_id: str) -> str:
    """Return the ID if it has the form `owner/name`.

    Raises:
        ModelNotFound: The ID is malformed.
    """
    if _ID.fullmatch(model_id) is None or ".." in model_id:
        raise ModelNotFound(f"“{model_id}” is not a model ID. Use the form owner/name.")
    return model_id


def checked_path(path: str) -> str:
    """Return a normalized path if it stays inside the model's folder.

    Raises:
        ModelNotUsable: The path is absolute, contains “..”, or names a device or drive.
    """
    if 0 < len(path) <= 500:
        parts = PurePosixPath(path).parts
        plain = not re.search(r"[\\:\x00-\x1f]", path) and not path.startswith("/")
        if plain and all(part not in ("..", ".") and not part.endswith(".") for part in parts):
            return "/".join(parts)
    raise ModelNotUsable("The model's file list contains a path outside the model's folder.")


def get(client: httpx.Client, url: str, hub: str, model_id: str) -> httpx.Response:
    """Send a request to a hub's API and return the successful response.

    Raises:
        HubError: The hub is unreachable or returned an error status.
    """
    try:
        response = client.get(url)
    except httpx.TooManyRedirects as error:
        raise too_many_redirects(hub) from error
    except (httpx.RequestError, httpx.InvalidURL) as error:
        raise unreachable(hub) from error
    raise_for_status(response.status_code, hub, model_id)
    return response


def decode(decoder: msgspec.json.Decoder[T], response: httpx.Response, hub: str) -> T:
    """Decode the content of a response.

    Raises:
        HubUnreachable: The content does not have the form that the API documents.
    """
    try:
        return decoder.decode(response.content)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise HubUnreachable(f"{hub} returned an unexpected response.") from error


def too_many_redirects(hub: str) -> HubUnreachable:
    """Create the error for a hub that redirects without end."""
    return HubUnreachable(f"{hub} redirects without end. Try again later.")


def unreachable(hub: str) -> HubUnreachable:
    """Create the error for a hub that is unreachable."""
    return HubUnreachable(
        f"{hub} is unreachable. Adding a model requires an internet connection; "
        "using added models does not."
    )


def raise_for_status(status: int, hub: str, model_id: str) -> None:
    """Raise the error for an HTTP status of 300 or above.

    Raises:
        HubError: The status is not a success.
    """
    if status < 300:
        return
    if status in (401, 403):
        raise AccessRefused(
            f"{hub} restricts access to {model_id}. Accept the model's terms there, and "
            "pass an access token with --hub-token."
        )
    if status == 404:
        raise ModelNotFound(f"{hub} has no model {model_id} with this revision.")
    raise HubUnreachable(f"{hub} returned HTTP status {status}. Try again later.")
