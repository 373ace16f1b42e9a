"""The ports of Content Credentials (C2PA): sign images, and validate signed files."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


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


class CredentialStatus(StrEnum):
    """Result of the validation of a file's Content Credentials."""

    TRUSTED = "TRUSTED"
    """The file is unchanged since it was signed, by a signer that the studio trusts."""
    VALID = "VALID"
    """The file is unchanged since it was signed, by a signer that the studio does not know."""
    INVALID = "INVALID"
    """The file or its manifest was changed after it was signed, or the signature is wrong."""
    ABSENT = "ABSENT"
    """The file has no Content Credentials."""


@dataclass(frozen=True, slots=True)
class CredentialIngredient:
    """A file from which a signed file was made.

    Attributes:
        title: Name of the ingredient.
        relationship: C2PA's name of the relationship, such as `parentOf`.
        status: What the signer found when it validated the ingredient's own credentials.
        signer: Who signed the ingredient. None if it is unsigned.
    """

    title: str
    relationship: str
    status: CredentialStatus
    signer: str | None


@dataclass(frozen=True, slots=True)
class CredentialReport:
    """The validated Content Credentials of a file.

    Attributes:
        signer: Common name of the signer's certificate. None if the file is unsigned.
        organization: Organization of the signer's certificate, or None.
        software: Name and version of the program that made the claim, or None.
        ingredients: The files that the signed file was made from.
        problems: C2PA's codes of what failed, such as `assertion.dataHash.mismatch`.
    """

    status: CredentialStatus
    signer: str | None = None
    organization: str | None = None
    software: str | None = None
    ingredients: tuple[CredentialIngredient, ...] = ()
    problems: tuple[str, ...] = ()


ABSENT = CredentialReport(CredentialStatus.ABSENT)
"""The report of an unsigned file."""


class CredentialVerifier(Protocol):
    """Validates the Content Credentials of untrusted files."""

    def verify(self, data: bytes) -> CredentialReport:
        """Validate a file, without any network access. CPU-bound: call it in a thread.

        A file that is no image, or of an unknown format, has the status ABSENT.

        Raises:
            StudioUnavailable: The studio's trust anchor cannot be read.
        """
