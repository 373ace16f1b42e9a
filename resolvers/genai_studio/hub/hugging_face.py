"""The Hugging Face hub's HTTP API (https://huggingface.co/docs/hub/api)."""

from __future__ import annotations

from urllib.parse import quote

import httpx
import msgspec

from genai_studio.hub.repository import RemoteFile, Snapshot, checked_path, decoded, get

_MAX_PAGES = 100


class _Card(msgspec.Struct):
    license: object = None


class _About(msgspec.Struct):
    sha: str
    card_data: _Card | None = msgspec.field(default=None, name="cardData")


class _Stored(msgspec.Struct):
    oid: str


class _Entry(msgspec.Struct):
    type: str
    path: str
    size: int = 0
    oid: str | None = None
    lfs: _Stored | None = None


_about = msgspec.json.Decoder(_About)
_tree = msgspec.json.Decoder(list[_Entry])


class HuggingFace:
    """Files by `tree`, bytes by `resolve`; large files carry their SHA-256."""

    name = "Hugging Face"
    default_revision = "main"

    def __init__(self, base_url: str = "https://huggingface.co") -> None:
        self._base = base_url.rstrip("/")

    def snapshot(self, client: httpx.Client, model_id: str, revision: str) -> Snapshot:
        """List a revision, pinned to its commit."""
        url = f"{self._base}/api/models/{model_id}/revision/{quote(revision, safe='')}"
        about = decoded(_about, get(client, url, self.name, model_id), self.name)
        commit = about.sha
        files: list[RemoteFile] = []
        page: str | None = (
            f"{self._base}/api/models/{model_id}/tree/{quote(commit, safe='')}?recursive=true"
        )
        for _ in range(_MAX_PAGES):
            if page is None:
                break
            answer = get(client, page, self.name, model_id)
            files += (
                RemoteFile(
                    checked_path(entry.path),
                    entry.size,
                    entry.lfs.oid if entry.lfs else None,
                    None if entry.lfs else entry.oid,
                )
                for entry in decoded(_tree, answer, self.name)
                if entry.type == "file"
            )
            page = answer.links.get("next", {}).get("url")
        name = about.card_data.license if about.card_data else None
        return Snapshot(commit, tuple(files), name if isinstance(name, str) else None)

    def file_url(self, model_id: str, revision: str, path: str) -> str:
        """The `resolve` URL, which redirects large files to storage."""
        return f"{self._base}/{model_id}/resolve/{quote(revision, safe='')}/{quote(path)}"
