"""Client of the Hugging Face Hub API (https://huggingface.co/docs/hub/api)."""

from __future__ import annotations

from urllib.parse import quote

import httpx
import msgspec

from genai_studio.hub.errors import HubUnreachable
from genai_studio.hub.repository import RemoteFile, Snapshot, checked_path, decode, get

_MAX_PAGES = 100


class _Card(msgspec.Struct):
    license: object = None


class _ModelInfo(msgspec.Struct):
    sha: str
    card_data: _Card | None = msgspec.field(default=None, name="cardData")


class _LfsPointer(msgspec.Struct):
    oid: str


class _Entry(msgspec.Struct):
    type: str
    path: str
    size: int = 0
    oid: str | None = None
    lfs: _LfsPointer | None = None


_model_info_decoder = msgspec.json.Decoder(_ModelInfo)
_tree_decoder = msgspec.json.Decoder(list[_Entry])


class HuggingFace:
    """The Hugging Face Hub. Large files have a SHA-256, others a git blob hash."""

    name = "Hugging Face"
    default_revision = "main"

    def __init__(self, base_url: str = "https://huggingface.co") -> None:
        self._base = base_url.rstrip("/")

    def snapshot(self, client: httpx.Client, model_id: str, revision: str) -> Snapshot:
        """List the files of a revision, pinned to its commit."""
        url = f"{self._base}/api/models/{model_id}/revision/{quote(revision, safe='')}"
        info = decode(_model_info_decoder, get(client, url, self.name, model_id), self.name)
        commit = info.sha
        files: list[RemoteFile] = []
        page: str | None = (
            f"{self._base}/api/models/{model_id}/tree/{quote(commit, safe='')}?recursive=true"
        )
        for _ in range(_MAX_PAGES):
            if page is None:
                break
            response = get(client, page, self.name, model_id)
            files += (
                RemoteFile(
                    checked_path(entry.path),
                    entry.size,
                    entry.lfs.oid if entry.lfs else None,
                    None if entry.lfs else entry.oid,
                )
                for entry in decode(_tree_decoder, response, self.name)
                if entry.type == "file"
            )
            page = self._checked_page(response.links.get("next", {}).get("url"))
        name = info.card_data.license if info.card_data else None
        return Snapshot(commit, tuple(files), name if isinstance(name, str) else None)

    def _checked_page(self, url: str | None) -> str | None:
        # The client sends the token to every URL that it is given.
        if url is not None and not url.startswith(f"{self._base}/"):
            raise HubUnreachable(f"{self.name} returned a page of its file list on another host.")
        return url

    def file_url(self, model_id: str, revision: str, path: str) -> str:
        """Return the `resolve` URL, which redirects to storage for large files."""
        return f"{self._base}/{model_id}/resolve/{quote(revision, safe='')}/{quote(path)}"
