"""Validate a request against the limits of its model."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator

from genai_studio.domain.catalog import Model, Range
from genai_studio.domain.editing.operation import Operation
from genai_studio.domain.editing.plan import EditPlan
from genai_studio.domain.errors import ErrorCode, InvalidInput, Problem
from genai_studio.domain.request import ImageRequest, ImageRequestInput

NOT_TEXT = "must be valid Unicode text without null characters."
"""Rule for text fields. Error messages start with the name of the field."""

MAX_SEED = 2**31 - 1
"""Maximum of GraphQL's Int. The seeds of all images of a request must not exceed it."""

RANDOM_SEED = -1
"""Other programs write this for a random seed."""


MAX_SEARCH_CHARACTERS = 1_000
"""Maximum length of a search text."""

MAX_PROMPT_CHARACTERS = 10_000
"""Maximum length of a prompt of any model. Models have limits of their own."""

MAX_NAME_CHARACTERS = 128
"""Maximum length of IDs, cursors and times."""


_SURROGATE = re.compile("[\ud800-\udfff]")
_INVISIBLE_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_INVISIBLE_CATEGORIES = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf"})


def is_blank(text: str) -> bool:
    """Return whether a text shows nothing: only spaces, zero-width and control characters."""
    return all(
        unicodedata.category(character) in _INVISIBLE_CATEGORIES
        or character in _INVISIBLE_LETTERS
        or "\ufe00" <= character <= "\ufe0f"
        for character in text
    )


def is_text(text: str) -> bool:
    """Return whether a string has no surrogates, which JSON escapes can produce."""
    return _SURROGATE.search(text) is None


def broken_text_rule(text: str, limit: int) -> str | None:
    """Return the rule that a text field breaks, to follow the name of the field; None if none."""
    if len(text) > limit:
        return f"must be at most {limit} characters, is {len(text)}."
    return None if is_text(text) else NOT_TEXT


def check_references(requested: ImageRequestInput) -> None:
    """Check the lengths of the IDs in a request, which messages may repeat.

    Raises:
        InvalidInput: Contains one problem per invalid field.
    """
    ids = {
        "model": requested.model,
        "style": requested.style,
        "parentId": requested.parent_id,
        "sourceImageId": requested.source_image_id,
        "sourceUploadId": requested.source_upload_id,
        "maskUploadId": requested.mask_upload_id,
    }
    problems = tuple(
        _problem(field, rule)
        for field, text in ids.items()
        if text is not None and (rule := broken_text_rule(text, MAX_NAME_CHARACTERS)) is not None
    )
    if problems:
        raise InvalidInput(*problems)


def validate(
    requested: ImageRequestInput,
    model: Model,
    random_seed: int,
    plan: EditPlan | None = None,
) -> ImageRequest:
    """Apply the model's defaults and check all limits.

    Args:
        random_seed: Used if the request has no seed, or `RANDOM_SEED`.
        plan: The plan of an edit, whose size replaces that of the request. Otherwise None.

    Raises:
        InvalidInput: Contains one problem per invalid field.
    """
    defaults = model.defaults
    width, height = (defaults.width, defaults.height) if plan is None else (plan.width, plan.height)
    request = ImageRequest(
        prompt=requested.prompt,
        negative_prompt=requested.negative_prompt or "",
        model=model.id,
        width=width if requested.width is None else requested.width,
        height=height if requested.height is None else requested.height,
        steps=defaults.steps if requested.steps is None else requested.steps,
        guidance_scale=(
            defaults.guidance_scale
            if requested.guidance_scale is None
            else requested.guidance_scale
        ),
        seed=random_seed if requested.seed in (None, RANDOM_SEED) else requested.seed,
        count=_default_count(requested, model) if requested.count is None else requested.count,
        style=requested.style,
        operation=requested.operation or Operation.TEXT_TO_IMAGE,
        edit=None if plan is None else plan.edit,
    )
    problems = tuple(_problems(request, model))
    if problems:
        raise InvalidInput(*problems)
    return request


def _default_count(requested: ImageRequestInput, model: Model) -> int:
    # The same image again is of no use.
    return 1 if requested.operation is Operation.UPSCALE else model.defaults.count


def _problems(request: ImageRequest, model: Model) -> Iterator[Problem]:
    limits = model.limits
    if is_blank(request.prompt) and request.operation is not Operation.UPSCALE:
        yield _problem("prompt", "must not be empty. Describe the image.")
    for field, text in (
        ("prompt", request.prompt),
        ("negativePrompt", request.negative_prompt),
    ):
        if len(text) > limits.prompt_characters:
            yield _problem(
                field, f"must be at most {limits.prompt_characters} characters, is {len(text)}."
            )
        if "\x00" in text or not is_text(text):
            yield _problem(field, NOT_TEXT)
    if request.operation.sized_by_model:
        yield from _check_size(request, model)
    yield from _check_range("steps", request.steps, limits.steps)
    yield from _check_range("count", request.count, limits.count)
    if request.operation is Operation.UPSCALE and request.count != 1:
        yield _problem("count", "must be 1 for UPSCALE.")
    guidance = request.guidance_scale
    if not (math.isfinite(guidance) and limits.guidance_min <= guidance <= limits.guidance_max):
        yield _problem(
            "guidanceScale",
            f"must be between {limits.guidance_min:g} and {limits.guidance_max:g}.",
        )
    max_seed = MAX_SEED - max(request.count - 1, 0)
    if not 0 <= request.seed <= max_seed:
        yield _problem(
            "seed",
            f"must be an integer between 0 and {max_seed}, or {RANDOM_SEED} for a random seed.",
        )
    if request.style is not None and model.style(request.style) is None:
        known = ", ".join(style.id for style in model.styles)
        rule = f"must be one of: {known}." if known else "is not supported by this model."
        yield _problem("style", rule)


def _check_size(request: ImageRequest, model: Model) -> Iterator[Problem]:
    limits = model.limits
    yield from _check_range("width", request.width, limits.width)
    yield from _check_range("height", request.height, limits.height)
    pixels = request.width * request.height
    if limits.max_pixels is not None and pixels > limits.max_pixels:
        width, height = limits.fit(request.width, request.height)
        yield _problem(
            "width",
            f"times `height` must be at most {limits.max_pixels} pixels, is {pixels}. "
            f"The nearest size that fits is {width} × {height}.",
        )


def _check_range(field: str, value: int, allowed: Range) -> Iterator[Problem]:
    if value in allowed:
        return
    if allowed.step > 1:
        message = f"must be a multiple of {allowed.step} between {allowed.min} and {allowed.max}."
        if allowed.min % allowed.step:
            message = (
                f"must be an integer between {allowed.min} and {allowed.max}, "
                f"in steps of {allowed.step} from {allowed.min}."
            )
    else:
        message = f"must be an integer between {allowed.min} and {allowed.max}."
    if field in {"width", "height"}:
        message = f"{message} The nearest is {allowed.nearest(value)}."
    yield _problem(field, message)


def _problem(field: str, rule: str) -> Problem:
    return Problem(ErrorCode.INVALID_INPUT, f"`{field}` {rule}", ("input", field))
