"""Content Credentials (C2PA): what a file says about its origin, and whether that holds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


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
