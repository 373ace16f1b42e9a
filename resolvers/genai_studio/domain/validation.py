"""From a request to a request that its model accepts, or every reason why not."""

from __future__ import annotations

import math
from collections.abc import Iterator

from genai_studio.domain.catalog import Catalog, Model, Range
from genai_studio.domain.errors import ErrorCode, InvalidInput, Problem
from genai_studio.domain.request import ImageRequest, ImageRequestInput

NOT_TEXT = "It holds a character that is not text."


def is_text(text: str) -> bool:
    """Whether no surrogate stands in it, half a character that JSON lets through."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


MAX_SEED = 2**31 - 1
"""GraphQL's Int, and AppSync's, ends here; every image's own seed must fit too."""


def validate(requested: ImageRequestInput, catalog: Catalog, drawn_seed: int) -> ImageRequest:
    """Fill in the model's defaults and check every limit.

    Args:
        drawn_seed: Used when the request names no seed.

    Raises:
        UnknownModel: The catalog has no such model.
        InvalidInput: With one problem for each field that breaks a limit.
    """
    model = catalog.get(requested.model)
    defaults = model.defaults
    request = ImageRequest(
        prompt=requested.prompt,
        negative_prompt=requested.negative_prompt or "",
        model=model.id,
        width=defaults.width if requested.width is None else requested.width,
        height=defaults.height if requested.height is None else requested.height,
        steps=defaults.steps if requested.steps is None else requested.steps,
        guidance_scale=(
            defaults.guidance_scale
            if requested.guidance_scale is None
            else requested.guidance_scale
        ),
        seed=drawn_seed if requested.seed is None else requested.seed,
        count=defaults.count if requested.count is None else requested.count,
        style=requested.style,
    )
    problems = tuple(_problems(request, model))
    if problems:
        raise InvalidInput(*problems)
    return request


def _problems(request: ImageRequest, model: Model) -> Iterator[Problem]:
    limits = model.limits
    if not request.prompt.strip():
        yield _problem("prompt", "Write what the image should show.")
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
        yield _problem("seed", f"A whole number from 0 to {MAX_SEED}, less 1 for each more image.")
    if request.style is not None and model.style(request.style) is None:
        known = ", ".join(style.id for style in model.styles) or "none"
        yield _problem("style", f"This model knows no style “{request.style}”; it has: {known}.")


def _in_range(field: str, value: int, allowed: Range) -> Iterator[Problem]:
    if value not in allowed:
        steps = f" in steps of {allowed.step}" if allowed.step > 1 else ""
        yield _problem(field, f"A whole number from {allowed.min} to {allowed.max}{steps}.")


def _problem(field: str, message: str) -> Problem:
    return Problem(ErrorCode.INVALID_INPUT, message, ("input", field))
