"""The ports that sign images, and that validate the signatures of files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from genai_studio.domain.content_credentials import CredentialReport


@dataclass(frozen=True, slots=True)
class ParentImage:
    """The image that an edit started from.

    Attributes:
        data: The file as it was received, with its own Content Credentials if it has any.
        content_type: `image/png`, `image/jpeg` or `image/webp`.
        title: Name of the file in the manifest.
    """

    data: bytes
    content_type: str
    title: str


@dataclass(frozen=True, slots=True)
class CredentialClaim:
    """What the studio claims about an image that it signs.

    Attributes:
        title: Name of the file.
        action: C2PA action that made the image: `c2pa.created` without a parent, otherwise
            what was done to the parent, such as `c2pa.edited`.
        source_type: IPTC digital source type, the last part of its NewsCodes URI.
        parent: The image that was changed. None for a new image.
    """

    title: str
    action: str = "c2pa.created"
    source_type: str = "trainedAlgorithmicMedia"
    parent: ParentImage | None = None


class CredentialSigner(Protocol):
    """Adds signed Content Credentials to images."""

    def sign(self, png: bytes, claim: CredentialClaim) -> bytes:
        """Return the PNG with a signed manifest. A later change of any byte invalidates it.

        Blocks for milliseconds (local key) or a network call (key service): call it in a thread.

        Raises:
            StudioUnavailable: The key cannot be used.
        """


class CredentialVerifier(Protocol):
    """Validates the Content Credentials of untrusted files."""

    def verify(self, data: bytes) -> CredentialReport:
        """Validate a file, without any network access. CPU-bound: call it in a thread.

        A file that is no image, or of an unknown format, has the status ABSENT.

        Raises:
            StudioUnavailable: The studio's trust anchor cannot be read.
        """
