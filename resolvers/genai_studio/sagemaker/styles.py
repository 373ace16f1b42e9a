"""Apply a style to the prompts of a request just before it is sent to the endpoint."""

from __future__ import annotations

from dataclasses import replace

from genai_studio.domain.catalog import Model
from genai_studio.domain.request import ImageRequest


def with_style(request: ImageRequest, model: Model) -> ImageRequest:
    """Return the request with its style merged into both prompts.

    A style that the model no longer offers is ignored.
    """
    style = None if request.style is None else model.style(request.style)
    if style is None:
        return replace(request, style=None)
    negative = ", ".join(part for part in (request.negative_prompt, style.negative_prompt) if part)
    # Not str.format, because the template may contain other braces.
    return replace(
        request,
        prompt=style.prompt.replace("{prompt}", request.prompt, 1),
        negative_prompt=negative,
        style=None,
    )
