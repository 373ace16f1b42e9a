"""From a wish to a request that its model accepts, or every reason why not."""

from __future__ import annotations

import math
from collections.abc import Iterator

from genai_studio.domain.catalog import Catalogue, Model, Range
from genai_studio.domain.errors import ErrorCode, InvalidInput, Problem
from genai_studio.domain.request import ImageRequest, ImageWish

NOT_TEXT = "It holds a character that is not text."


def is_text(text: str) -> bool:
    """Whether no surrogate stands in it, half a character that JSON lets through."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


MAX_SEED = 2**31 - 1
"""GraphQL's Int, and AppSync's, ends here; every picture's own seed must fit too."""


def validate(wish: ImageWish, catalogue: Catalogue, drawn_seed: int) -> ImageRequest:
    """Fill in the model's defaults and check every limit.

    Args:
        drawn_seed: Used when the wish names no seed.

    Raises:
        UnknownModel: The catalogue has no such model.
        InvalidInput: With one problem for each field that breaks a limit.
    """
    model = catalogue.get(wish.model)
    defaults = model.defaults
    request = ImageRequest(
        prompt=wish.prompt,
        negative_prompt=wish.negative_prompt or "",
        model=model.id,
        width=defaults.width if wish.width is None else wish.width,
        height=defaults.height if wish.height is None else wish.height,
        steps=defaults.steps if wish.steps is None else wish.steps,
        guidance_scale=(
            defaults.guidance_scale if wish.guidance_scale is None else wish.guidance_scale
        ),
        seed=drawn_seed if wish.seed is None else wish.seed,
        count=defaults.count if wish.count is None else wish.count,
        style=wish.style,
    )
    problems = tuple(_problems(request, model))
    if problems:
        raise InvalidInput(*problems)
    return request


def _problems(request: ImageRequest, model: Model) -> Iterator[Problem]:
    limits = model.limits
    if not request.prompt.strip():
        yield _problem("prompt", "Write what the picture should show.")
    for field, text in (
        ("prompt", request.prompt),
        ("negativePrompt", request.negative_prompt),
    ):
        if len(text) > limits.prompt_characters:
            yield _problem(
                field, f"At most {limits.prompt_characters} characters; this has {len(text)}."
            )
        if "\x00" in text or not is_text(text):
            yield _problem(field, NOT_TEXT)
    yield from _in_range("width", request.width, limits.width)
    yield from _in_range("height", request.height, limits.height)
    pixels = request.width * request.height
    if limits.max_pixels is not None and pixels > limits.max_pixels:
        yield _problem(
            "width", f"Width × height may be at most {limits.max_pixels}; this is {pixels}."
        )
    yield from _in_range("steps", request.steps, limits.steps)
    yield from _in_range("count", request.count, limits.count)
    guidance = request.guidance_scale
    if not (math.isfinite(guidance) and limits.guidance_min <= guidance <= limits.guidance_max):
        yield _problem(
            "guidanceScale", f"Between {limits.guidance_min:g} and {limits.guidance_max:g}."
        )
    if not 0 <= request.seed <= MAX_SEED - max(request.count - 1, 0):
        yield _problem(
            "seed", f"A whole number from 0 to {MAX_SEED}, less 1 for each more picture."
        )
    if request.style is not None and model.style(request.style) is None:
        known = ", ".join(style.id for style in model.styles) or "none"
        yield _problem("style", f"This model knows no style “{request.style}”; it has: {known}.")


def _in_range(field: str, value: int, allowed: Range) -> Iterator[Problem]:
    if value not in allowed:
        steps = f" in steps of {allowed.step}" if allowed.step > 1 else ""
        yield _problem(field, f"A whole number from {allowed.min} to {allowed.max}{steps}.")


def _problem(field: str, message: str) -> Problem:
    return Problem(ErrorCode.INVALID_INPUT, message, ("input", field))
