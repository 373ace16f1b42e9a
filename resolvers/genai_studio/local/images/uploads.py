"""`ports.UploadStore` with files beside the images of the data directory."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import anyio.to_thread

from genai_studio.domain.editing.upload import (
    UPLOAD_LIFETIME,
    UPLOAD_RETENTION,
    UPLOADS,
    NewUpload,
    expires_at,
    original_key,
    upload_prefix,
)
from genai_studio.domain.errors import InvalidUpload, StudioError
from genai_studio.domain.identity import Owner
from genai_studio.domain.ids import is_id
from genai_studio.failure_log import describe
from genai_studio.local.atomic_file import sync_directory
from genai_studio.local.data_dir import IMAGES
from genai_studio.local.images.object_keys import checked_key
from genai_studio.local.images.signed_uploads import SignedUpload, SignedUploads
from genai_studio.local.images.store import image_signing_key
from genai_studio.ports import Clock, UploadTarget

_log = logging.getLogger(__name__)

_WRITE_BYTES = 1024 * 1024
"""Received bytes to collect before a thread writes them."""

_OPEN_ATTEMPTS = 5


class UploadInProgress(StudioError):
    """Another request is sending the file of this upload."""


class LocalUploads:
    """Stores the files of uploads, which clients send to signed URLs.

    A file gets its name when it has arrived completely, so an interrupted request leaves
    at most an unnamed partial file. `delete_expired` deletes those too.

    Args:
        directory: The directory of the images.
        secret: See `SignedUploads`.
    """

    def __init__(self, directory: Path, secret: bytes, clock: Clock) -> None:
        self._directory = directory
        self._urls = SignedUploads(secret)
        self._clock = clock
        self._receiving: set[str] = set()

    @classmethod
    def open(cls, data_dir: Path, clock: Clock) -> LocalUploads:
        """Open the uploads of a data directory.

        Raises:
            StudioUnavailable: The file of the signing secret is damaged.
        """
        return cls(data_dir / IMAGES, image_signing_key(data_dir), clock)

    def target(self, owner: Owner, upload: NewUpload) -> UploadTarget:
        """See `UploadStore.target`."""
        url = self._urls.sign(owner, upload, self._clock.now())
        return UploadTarget(url, "PUT", {"Content-Type": upload.content_type})

    async def keys(self, owner: Owner, upload_id: str) -> Sequence[str]:
        """See `UploadStore.keys`."""
        return await anyio.to_thread.run_sync(self._keys, upload_prefix(owner, upload_id))

    def _keys(self, prefix: str) -> list[str]:
        with suppress(FileNotFoundError, NotADirectoryError):
            return [
                prefix + name
                for name in sorted(path.name for path in (self._directory / prefix).iterdir())
                if not name.startswith(".")
            ]
        return []

    def verify(self, path: str, query: str) -> SignedUpload:
        """Verify a URL made by `target` and return the upload that it permits.

        Raises:
            InvalidUploadUrl: The URL is malformed, was modified, or has expired.
        """
        return self._urls.verify(path, query, self._clock.now())

    async def receive(self, signed: SignedUpload, chunks: AsyncIterator[bytes]) -> None:
        """Store the file of an upload, in parts of a megabyte. A second time does nothing.

        Raises:
            UploadInProgress: Another request sends the same file.
            InvalidUpload: The file has another size or digest than declared.
            OSError: The file cannot be stored.
        """
        upload = signed.upload
        path = self._directory / checked_key(original_key(signed.owner, upload))
        if upload.id in self._receiving:
            raise UploadInProgress("Another request is sending this file. Wait for it.")
        self._receiving.add(upload.id)
        try:
            if not await anyio.to_thread.run_sync(path.exists):
                await self._store(path, upload, chunks)
        finally:
            self._receiving.discard(upload.id)

    async def _store(self, path: Path, upload: NewUpload, chunks: AsyncIterator[bytes]) -> None:
        part = path.with_name(f".{path.name}.part")
        file = await anyio.to_thread.run_sync(_open_new, part)
        try:
            digest = hashlib.sha256()
            received = 0
            pending = bytearray()
            async for chunk in chunks:
                received += len(chunk)
                if received > upload.bytes:
                    raise InvalidUpload(
                        f"The file has more than the declared {upload.bytes} bytes."
                    )
                pending += chunk
                if len(pending) >= _WRITE_BYTES:
                    written, pending = bytes(pending), bytearray()
                    await asyncio.to_thread(_write, file, digest, written)
            await asyncio.to_thread(_write, file, digest, bytes(pending))
            if received != upload.bytes:
                raise InvalidUpload(
                    f"The file has {received} bytes instead of the declared {upload.bytes}."
                )
            if digest.hexdigest() != upload.sha256:
                raise InvalidUpload("The file does not have the declared `sha256`.")
            await anyio.to_thread.run_sync(_publish, file, part, path)
        finally:
            file.close()
            part.unlink(missing_ok=True)
            with suppress(OSError):  # not empty if the file was stored
                part.parent.rmdir()

    async def delete_expired(self) -> int:
        """Delete expired uploads, and partial files that no request is sending.

        Returns:
            The number of deleted uploads.
        """
        return await anyio.to_thread.run_sync(self._delete_expired, self._clock.now())

    def _delete_expired(self, now: datetime) -> int:
        deleted = 0
        for directory in (self._directory / UPLOADS).glob("*/*"):
            if not is_id(directory.name):
                continue  # not an upload
            expiry = expires_at(directory.name)
            if expiry is not None and expiry + (UPLOAD_RETENTION - UPLOAD_LIFETIME) <= now:
                try:
                    shutil.rmtree(directory)
                except OSError as error:
                    _log.error("An expired upload was not deleted: %s", describe(error))
                    continue
                deleted += 1
            elif directory.name not in self._receiving:
                for part in directory.glob(".*.part"):
                    part.unlink(missing_ok=True)
            for empty in (directory, directory.parent):
                with suppress(OSError):  # in use, or already removed
                    empty.rmdir()
        return deleted


def _open_new(part: Path) -> BinaryIO:
    for _ in range(_OPEN_ATTEMPTS):
        part.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with suppress(FileNotFoundError):  # `delete_expired` removed the empty directory
            # The partial file of an interrupted request is overwritten.
            descriptor = os.open(
                part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o600
            )
            return os.fdopen(descriptor, "wb")
    raise FileNotFoundError(f"The directory of an upload was removed {_OPEN_ATTEMPTS} times.")


def _write(file: BinaryIO, digest: hashlib._Hash, data: bytes) -> None:
    file.write(data)
    digest.update(data)


def _publish(file: BinaryIO, part: Path, path: Path) -> None:
    """Sync a complete file to disk and give it its name."""
    file.flush()
    os.fsync(file.fileno())
    file.close()
    part.replace(path)
    sync_directory(path.parent)
