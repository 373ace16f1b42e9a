"""Client of the ModelScope API, as used by its own client (modelscope/hub/api.py)."""

from __future__ import annotations

from urllib.parse import quote

import httpx
import msgspec

from genai_studio.hub.errors import ModelNotFound
from genai_studio.hub.repository import RemoteFile, Snapshot, checked_path, decode, get


class _File(msgspec.Struct, rename="pascal"):
    path: str
    type: str
    size: int = 0
    sha256: str | None = None


class _FileList(msgspec.Struct, rename="pascal"):
    files: list[_File]


class _Response(msgspec.Struct, rename="pascal"):
    success: bool = True
    data: _FileList | None = None


_decoder = msgspec.json.Decoder(_Response)


class ModelScope:
    """ModelScope. All files have a SHA-256."""

    name = "ModelScope"
    default_revision = "master"

    def __init__(self, base_url: str = "https://modelscope.cn") -> None:
        self._base = base_url.rstrip("/")

    def snapshot(self, client: httpx.Client, model_id: str, revision: str) -> Snapshot:
        """List the files of a revision.

        The API reports no commit. Checksums detect changes during the download.
        """
        url = (
            f"{self._base}/api/v1/models/{model_id}/repo/files"
            f"?Revision={quote(revision, safe='')}&Recursive=true"
        )
        content = decode(_decoder, get(client, url, self.name, model_id), self.name)
        if not content.success or content.data is None:
            raise ModelNotFound(f"{self.name} has no model {model_id} with this revision.")
        files = tuple(
            RemoteFile(checked_path(entry.path), entry.size, entry.sha256)
            for entry in content.data.files
            if entry.type == "blob"
        )
        return Snapshot(revision, files)

    def file_url(self, model_id: str, revision: str, path: str) -> str:
        """Return the `resolve` URL, which redirects to storage for large files."""
        return f"{self._base}/models/{model_id}/resolve/{quote(revision, safe='')}/{quote(path)}"
