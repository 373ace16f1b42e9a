"""A fake hub with both APIs that can simulate failures."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

MODEL = "example/tiny-turbo"
COMMIT = "0123456789abcdef0123456789abcdef01234567"


def _json(content: object) -> bytes:
    return json.dumps(content).encode()


def model_files() -> dict[str, bytes]:
    """Create a typical repository with needed and superfluous files."""
    weights = bytes(range(256)) * 400
    return {
        "model_index.json": _json(
            {
                "_class_name": "StableDiffusionPipeline",
                "safety_checker": [None, None],
                "scheduler": ["diffusers", "EulerDiscreteScheduler"],
                "text_encoder": ["transformers", "CLIPTextModel"],
                "tokenizer": ["transformers", "CLIPTokenizer"],
                "unet": ["diffusers", "UNet2DConditionModel"],
                "vae": ["diffusers", "AutoencoderKL"],
            }
        ),
        "scheduler/scheduler_config.json": _json({"_class_name": "EulerDiscreteScheduler"}),
        "text_encoder/config.json": _json({}),
        "text_encoder/model.safetensors": weights,
        "text_encoder/pytorch_model.bin": b"pickle",
        "tokenizer/merges.txt": b"#version: 0.2\n",
        "tokenizer/vocab.json": _json({"a": 0}),
        "unet/config.json": _json({"sample_size": 64}),
        "unet/diffusion_pytorch_model.safetensors": weights * 2,
        "unet/diffusion_pytorch_model.fp16.safetensors": weights[::-1],
        "unet/diffusion_pytorch_model.non_ema.safetensors": weights,
        "vae/config.json": _json({"block_out_channels": [8, 8, 8, 8]}),
        "vae/diffusion_pytorch_model-00001-of-00002.safetensors": weights[:1000],
        "vae/diffusion_pytorch_model-00002-of-00002.safetensors": weights[:2000],
        "vae/diffusion_pytorch_model.safetensors.index.json": _json({"weight_map": {}}),
        "README.md": b"# Tiny",
        "tiny.ckpt": b"pickle",
        "trap.py": b"raise SystemExit",
    }


@dataclass
class FakeHub:
    """Content and failure modes of the hub.

    Attributes:
        cut: Number of bytes after which the connection of a file fails, once per file.
        always_cut: Let every connection fail, not only the first of a file.
        corrupted: Paths whose bytes differ from the checksum in the listing.
        ranges: Whether Range requests are supported.
        requests: Path and Range header of each file request.
        held: While true, downloads do not progress.
        reached: Set when a download begins.
    """

    files: dict[str, bytes] = field(default_factory=model_files)
    cut: int | None = None
    always_cut: bool = False
    corrupted: set[str] = field(default_factory=set)
    ranges: bool = True
    token: str | None = None
    requests: list[tuple[str, str | None]] = field(default_factory=list)
    storage_authorization: list[str | None] = field(default_factory=list)
    held: bool = False
    reached: threading.Event = field(default_factory=threading.Event)
    _cut_already: set[str] = field(default_factory=set)

    def reset(self) -> None:
        """Restore the initial state."""
        vars(self).update(vars(FakeHub()))

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/api/models/{owner}/{name}/revision/{revision}", self._about),
                Route("/api/models/{owner}/{name}/tree/{revision}", self._tree),
                Route("/api/v1/models/{owner}/{name}/repo/files", self._scope_files),
                Route("/models/{owner}/{name}/resolve/{revision}/{path:path}", self._resolve),
                Route("/{owner}/{name}/resolve/{revision}/{path:path}", self._resolve),
                Route("/storage/{path:path}", self._storage),
            ]
        )

    def _unknown(self, request: Request) -> Response | None:
        if f"{request.path_params['owner']}/{request.path_params['name']}" != MODEL:
            return JSONResponse({"error": "Repository not found"}, 404)
        if self.token and request.headers.get("authorization") != f"Bearer {self.token}":
            return JSONResponse({"error": "gated"}, 401)
        return None

    async def _about(self, request: Request) -> Response:
        return self._unknown(request) or JSONResponse(
            {"sha": COMMIT, "cardData": {"license": "openrail++"}}
        )

    async def _tree(self, request: Request) -> Response:
        assert request.path_params["revision"] == COMMIT
        entries: list[dict[str, Any]] = [{"type": "directory", "path": "unet", "oid": "0"}]
        for path, content in self.files.items():
            blob = f"blob {len(content)}\0".encode() + content
            entry = {"type": "file", "path": path, "size": len(content)}
            entry["oid"] = hashlib.sha1(blob, usedforsecurity=False).hexdigest()
            if len(content) > 500:
                entry["lfs"] = {"oid": hashlib.sha256(content).hexdigest(), "size": len(content)}
            entries.append(entry)
        half = len(entries) // 2
        if "cursor" in request.query_params:
            return JSONResponse(entries[half:])
        following = request.url.include_query_params(cursor="2")
        return JSONResponse(entries[:half], headers={"Link": f'<{following}>; rel="next"'})

    async def _scope_files(self, request: Request) -> Response:
        if self._unknown(request):
            return JSONResponse({"Code": 404, "Success": False, "Data": None})
        files: list[dict[str, Any]] = [{"Path": "unet", "Type": "tree", "Size": 0, "Sha256": ""}]
        files += [
            {
                "Path": path,
                "Type": "blob",
                "Size": len(content),
                "Sha256": hashlib.sha256(content).hexdigest(),
            }
            for path, content in self.files.items()
        ]
        return JSONResponse({"Code": 200, "Success": True, "Data": {"Files": files}})

    async def _resolve(self, request: Request) -> Response:
        path = request.path_params["path"]
        self.requests.append((path, request.headers.get("range")))
        # Large files are on another host.
        return RedirectResponse(f"http://localhost:{request.url.port}/storage/{path}")

    async def _storage(self, request: Request) -> Response:
        path = request.path_params["path"]
        self.storage_authorization.append(request.headers.get("authorization"))
        content = self.files[path]
        if path in self.corrupted:
            content = content[::-1]
        start = 0
        wanted = re.fullmatch(r"bytes=(\d+)-", request.headers.get("range", ""))
        if wanted and self.ranges:
            start = int(wanted[1])
        return StreamingResponse(
            self._bytes(path, content[start:]), 206 if start else 200, media_type="text/plain"
        )

    async def _wait_if_held(self) -> None:
        self.reached.set()
        while self.held:  # noqa: ASYNC110 - another thread changes it
            await asyncio.sleep(0.01)

    async def _bytes(self, path: str, content: bytes) -> AsyncIterator[bytes]:
        await self._wait_if_held()
        breaks = self.cut is not None and (self.always_cut or path not in self._cut_already)
        if breaks and len(content) > (self.cut or 0):
            self._cut_already.add(path)
            yield content[: self.cut]
            raise ConnectionAbortedError("Simulated connection failure.")
        yield content
