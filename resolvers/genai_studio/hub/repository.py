"""What every hub offers: the files of one revision of a model, and where they lie."""

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
        path: Relative, with “/”; checked to stay inside the model's folder.
        size: Bytes.
        sha256: Lower-case hex digest, or None.
        git_sha1: Digest of the git blob, which hubs give for small files, or None.
    """

    path: str
    size: int
    sha256: str | None
    git_sha1: str | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Every file of one revision.

    Attributes:
        revision: A commit where the hub tells it, so that it cannot change underway.
        license: As the model's card names it, or None.
    """

    revision: str
    files: tuple[RemoteFile, ...]
    license: str | None = None


class Hub(Protocol):
    """A place that models are downloaded from."""

    name: str
    default_revision: str

    def snapshot(self, client: httpx.Client, model_id: str, revision: str) -> Snapshot:
        """List a revision.

        Raises:
            HubError: It cannot be reached, or has no such model for us.
        """

    def file_url(self, model_id: str, revision: str, path: str) -> str:
        """Where a file's bytes are, or a redirect to them."""


def checked_model_id(model_id: str) -> str:
    """The id if it has the form `owner/name`.

    Raises:
        ModelNotFound: It has not.
    """
    if _ID.fullmatch(model_id) is None or ".." in model_id:
        raise ModelNotFound(f"“{model_id}” is no model id: it must look like owner/name.")
    return model_id


def checked_path(path: str) -> str:
    """A hub's path if it stays inside the folder that it is put into.

    Raises:
        ModelNotUsable: It is absolute, climbs, or means a device or drive.
    """
    if 0 < len(path) <= 500:
        parts = PurePosixPath(path).parts
        plain = not re.search(r"[\\:\x00-\x1f]", path) and not path.startswith("/")
        if plain and all(part not in ("..", ".") and not part.endswith(".") for part in parts):
            return "/".join(parts)
    raise ModelNotUsable("The model's file list holds a path that leads out of its folder.")


def get(client: httpx.Client, url: str, hub: str, model_id: str) -> httpx.Response:
    """One successful answer of a hub's API.

    Raises:
        HubError: It cannot be reached, or refuses.
    """
    try:
        answer = client.get(url)
    except httpx.TransportError as error:
        raise unreachable(hub) from error
    raise_for(answer.status_code, hub, model_id)
    return answer


def decoded(decoder: msgspec.json.Decoder[T], answer: httpx.Response, hub: str) -> T:
    """The content of an answer.

    Raises:
        HubUnreachable: It is not what the hub's API is known to answer.
    """
    try:
        return decoder.decode(answer.content)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise HubUnreachable(f"{hub} answered, but not as its API does.") from error


def unreachable(hub: str) -> HubUnreachable:
    """The error of a hub that cannot be reached."""
    return HubUnreachable(
        f"{hub} cannot be reached. Adding a model needs the internet; "
        "models that were added before work without it."
    )


def raise_for(status: int, hub: str, model_id: str) -> None:
    """Turn an HTTP status that is no success into the error it means.

    Raises:
        HubError: Always, unless the status is below 300.
    """
    if status < 300:
        return
    if status in (401, 403):
        raise AccessRefused(
            f"{hub} does not give out {model_id} to everybody: accept its terms there and "
            "pass an access token."
        )
    if status == 404:
        raise ModelNotFound(f"{hub} has no model {model_id}, or not in this revision.")
    raise HubUnreachable(f"{hub} answered with status {status}. Try again later.")
