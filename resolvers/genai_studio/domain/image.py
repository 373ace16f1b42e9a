"""Stored images and the prefixes of their object keys."""

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
        sha256: Lowercase hex digest of the PNG.
        placeholder: Base64 thumbhash, about 25 bytes, shown until the image has loaded.
        labeled_key: Object key of a copy with a visible label, for downloads. None if the
            studio added no label when it stored the image.
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
    labeled_key: str | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of all objects of the image."""
        labeled = () if self.labeled_key is None else (self.labeled_key,)
        return self.key, self.thumbnail_key, *labeled


def generation_prefix(owner: Owner, generation_id: str) -> str:
    """Return the prefix of all objects of a generation."""
    return f"{owner}/{generation_id}/"


def inputs_prefix(owner: Owner, generation_id: str) -> str:
    """Return the prefix of the copies of an edit's source and mask."""
    return f"{generation_prefix(owner, generation_id)}inputs/"


def source_key(owner: Owner, generation_id: str) -> str:
    """Return the key of the copy of an edit's source."""
    return f"{inputs_prefix(owner, generation_id)}source.png"


def mask_key(owner: Owner, generation_id: str) -> str:
    """Return the key of the copy of an edit's mask."""
    return f"{inputs_prefix(owner, generation_id)}mask.png"


def attempt_prefix(owner: Owner, generation_id: str, fence: int) -> str:
    """Return the prefix of all objects that a claim stored."""
    return f"{generation_prefix(owner, generation_id)}{fence}/"


def file_name(generation_id: str, index: int) -> str:
    """Return the name of an image's file, in downloads and in its Content Credentials."""
    return f"genai-studio-{generation_id}-{index}.png"
