"""ModelScope's HTTP API, as its own client uses it (modelscope/hub/api.py)."""

from __future__ import annotations

from urllib.parse import quote

import httpx
import msgspec

from genai_studio.hub.errors import ModelNotFound
from genai_studio.hub.repository import RemoteFile, Snapshot, checked_path, decoded, get


class _File(msgspec.Struct, rename="pascal"):
    path: str
    type: str
    size: int = 0
    sha256: str | None = None


class _Data(msgspec.Struct, rename="pascal"):
    files: list[_File]


class _Answer(msgspec.Struct, rename="pascal"):
    success: bool = True
    data: _Data | None = None


_answer = msgspec.json.Decoder(_Answer)


class ModelScope:
    """Files by `repo/files`, bytes by `resolve`; every file carries its SHA-256."""

    name = "ModelScope"
    default_revision = "master"

    def __init__(self, base_url: str = "https://modelscope.cn") -> None:
        self._base = base_url.rstrip("/")

    def snapshot(self, client: httpx.Client, model_id: str, revision: str) -> Snapshot:
        """List a revision; checksums, not a commit, keep it from changing underway."""
        url = (
            f"{self._base}/api/v1/models/{model_id}/repo/files"
            f"?Revision={quote(revision, safe='')}&Recursive=true"
        )
        answer = decoded(_answer, get(client, url, self.name, model_id), self.name)
        if not answer.success or answer.data is None:
            raise ModelNotFound(f"{self.name} has no model {model_id}, or not in this revision.")
        files = tuple(
            RemoteFile(checked_path(entry.path), entry.size, entry.sha256)
            for entry in answer.data.files
            if entry.type == "blob"
        )
        return Snapshot(revision, files)

    def file_url(self, model_id: str, revision: str, path: str) -> str:
        """The `resolve` URL, which redirects large files to storage."""
        return f"{self._base}/models/{model_id}/resolve/{quote(revision, safe='')}/{quote(path)}"
