"""One finished image, and where its bytes lie."""

from __future__ import annotations

from dataclasses import dataclass

from genai_studio.domain.identity import Owner


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A stored image of a SUCCEEDED generation.

    Attributes:
        key: Object key of the PNG.
        thumbnail_key: Object key of its WebP thumbnail.
        bytes: Size of the PNG.
        sha256: Lower-case hex digest of the PNG.
        placeholder: Base64 thumbhash, about 25 bytes, painted until pixels come.
    """

    key: str
    thumbnail_key: str
    width: int
    height: int
    seed: int
    content_type: str
    bytes: int
    sha256: str
    placeholder: str


def generation_prefix(owner: Owner, generation_id: str) -> str:
    """Every object of one generation lies under this prefix."""
    return f"{owner}/{generation_id}/"


def attempt_prefix(owner: Owner, generation_id: str, fence: int) -> str:
    """Every object that one claim wrote lies under this prefix."""
    return f"{generation_prefix(owner, generation_id)}{fence}/"
