"""`ports.Images` with files in the data directory."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import time
from collections.abc import Sequence
from pathlib import Path

import anyio.to_thread

from genai_studio.disk_full import is_disk_full
from genai_studio.domain.errors import ImageExists, ImageMissing
from genai_studio.local.atomic_file import create_file
from genai_studio.local.data_dir import IMAGES
from genai_studio.local.images.object_keys import checked_key, checked_prefix, content_type
from genai_studio.local.images.signed_urls import SignedObject, SignedUrls
from genai_studio.local.key_file import read_or_create_key
from genai_studio.ports import Clock, SignedUrl

SECRET_FILE = "image-signing.key"  # noqa: S105 - the name of a file, not a secret
_KEY_REMEDY = (
    "Restore it from a backup, or delete it: the studio creates a new key, and earlier links to "
    "images stop working."
)

_MKDIR_ATTEMPTS = 5
_PROBE_BYTES = 64 * 1024
_PROBE_SECONDS = 2.0


class LocalImages:
    """Stores each object as one file below a directory.

    Args:
        directory: Created if it does not exist.
        secret: See `SignedUrls`.
        base_url: See `SignedUrls`.
    """

    def __init__(self, directory: Path, secret: bytes, clock: Clock, base_url: str = "") -> None:
        self._directory = directory
        self._urls = SignedUrls(secret, base_url)
        self._clock = clock
        self._fault: str | None = None
        self._fault_until = 0.0
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)

    @classmethod
    def open(cls, data_dir: Path, clock: Clock, base_url: str = "") -> LocalImages:
        """Open the image store of a data directory; create the signing secret if needed.

        Raises:
            StudioUnavailable: The secret's file is damaged.
        """
        return cls(data_dir / IMAGES, image_signing_key(data_dir), clock, base_url)

    async def fault(self) -> str | None:
        """Return why images cannot be stored; None if they can.

        Writes and deletes a small file, at most once in `_PROBE_SECONDS`.
        """
        if time.monotonic() >= self._fault_until:
            self._fault = await anyio.to_thread.run_sync(_write_fault, self._directory)
            self._fault_until = time.monotonic() + _PROBE_SECONDS
        return self._fault

    async def put(self, key: str, data: bytes, content_type: str) -> None:
        """See `Images.put`. The data is synced to disk before this returns.

        Raises:
            InvalidKey: The key is malformed.
            ImageExists: The key is already in use.
        """
        path = self.path(key)
        _check_content_type(key, content_type)
        try:
            await anyio.to_thread.run_sync(_create, path, data)
        except FileExistsError:
            raise ImageExists("An object with this key already exists.") from None

    async def get(self, key: str) -> bytes:
        """See `Images.get`.

        Raises:
            InvalidKey: The key is malformed.
            ImageMissing: There is no object with this key.
        """
        try:
            return await anyio.to_thread.run_sync(self.path(key).read_bytes)
        except (FileNotFoundError, NotADirectoryError):
            raise ImageMissing("There is no object with this key.") from None

    async def delete_under(self, prefix: str, *, keep: Sequence[str] = ()) -> None:
        """See `Images.delete_under`.

        Raises:
            InvalidKey: The prefix is malformed.
        """
        checked_prefix(prefix)
        await anyio.to_thread.run_sync(_delete_under, self._directory, prefix, tuple(keep))

    def sign(self, key: str, *, download_name: str | None = None) -> SignedUrl:
        """See `Images.sign`.

        Raises:
            InvalidKey: The key is malformed.
        """
        return self._urls.sign(key, self._clock.now(), download_name)

    def verify(self, path: str, query: str) -> SignedObject:
        """Verify a URL made by `sign` and return the object it refers to.

        Raises:
            InvalidSignedUrl: The URL is malformed, was modified, or has expired.
        """
        return self._urls.verify(path, query, self._clock.now())

    def path(self, key: str) -> Path:
        """Return the path of an object's file, whether or not it exists.

        Raises:
            InvalidKey: The key is malformed.
        """
        return self._directory / checked_key(key)


def image_signing_key(data_dir: Path) -> bytes:
    """Return the secret that signs image and upload URLs; create it if needed.

    Raises:
        StudioUnavailable: The secret's file is damaged.
    """
    return read_or_create_key(data_dir / SECRET_FILE, _KEY_REMEDY)


def _write_fault(directory: Path) -> str | None:
    probe = directory / f".probe-{secrets.token_hex(8)}"
    try:
        try:
            probe.write_bytes(b"\0" * _PROBE_BYTES)
        finally:
            probe.unlink(missing_ok=True)
        with os.scandir(directory):
            return None
    except OSError as error:
        return _describe(error)


def _describe(error: OSError) -> str:
    """Describe why an image could not be stored, without a path."""
    if is_disk_full(error):
        return "The disk is full. Free space on the disk of the data directory."
    if isinstance(error, FileNotFoundError):
        return "The directory of the images was removed. Restore it from a backup."
    return f"Images cannot be stored: {os.strerror(error.errno or errno.EIO)}."


def _check_content_type(key: str, given: str) -> None:
    if content_type(key) != given:
        raise ValueError(f"The key's suffix requires content type {content_type(key)}.")


def _create(path: Path, data: bytes) -> None:
    for _ in range(_MKDIR_ATTEMPTS):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            create_file(path, data)
        except FileNotFoundError:
            continue  # `_delete_under` removed the empty directory concurrently
        return
    raise FileNotFoundError(f"The image directory was removed {_MKDIR_ATTEMPTS} times.")


def _delete_under(root: Path, prefix: str, keep: tuple[str, ...]) -> None:
    top = root / prefix
    # Deepest first: a directory can only be removed after its content.
    for path in sorted(top.rglob("*"), key=lambda found: len(found.parts), reverse=True):
        if path.is_dir():
            _remove_if_empty(path)
        elif not path.relative_to(root).as_posix().startswith(keep):
            path.unlink(missing_ok=True)
    _remove_if_empty(top)


def _remove_if_empty(directory: Path) -> None:
    with contextlib.suppress(OSError):  # missing or not empty: nothing to do
        directory.rmdir()
