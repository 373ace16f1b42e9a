"""What a person asks for: the request as it came, and the request as it will run."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageRequestInput:
    """The input of `generateImage`; None where the caller left the choice to us."""

    prompt: str
    negative_prompt: str | None = None
    model: str | None = None
    width: int | None = None
    height: int | None = None
    steps: int | None = None
    guidance_scale: float | None = None
    seed: int | None = None
    count: int | None = None
    style: str | None = None
    parent_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageRequest:
    """A request that passed every limit, with nothing left open.

    Attributes:
        prompt: As typed; a style is applied only on the way to the endpoint.
        width: Pixels, a multiple of 8.
        height: Pixels, a multiple of 8.
        seed: Of the first image; image `i` uses `seed + i`. All fit 31 bits.
        count: Images to make.
        style: Id of one of the model's styles, or None.
    """

    prompt: str
    negative_prompt: str
    model: str
    width: int
    height: int
    steps: int
    guidance_scale: float
    seed: int
    count: int
    style: str | None

    def seed_of(self, index: int) -> int:
        """The seed of image `index`, counted from 0."""
        return self.seed + index
