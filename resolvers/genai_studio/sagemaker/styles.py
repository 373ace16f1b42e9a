"""A style becomes words here, on the way to the endpoint, and nowhere else."""

from __future__ import annotations

from dataclasses import replace

from genai_studio.domain.catalog import Model
from genai_studio.domain.request import ImageRequest


def with_style(request: ImageRequest, model: Model) -> ImageRequest:
    """The request with its style's words in both prompts, and no style left.

    A style the model no longer has leaves the prompts as they are.
    """
    style = None if request.style is None else model.style(request.style)
    if style is None:
        return replace(request, style=None)
    negative = ", ".join(part for part in (request.negative_prompt, style.negative_prompt) if part)
    # Not str.format: the prompt, or the template, may hold other braces.
    return replace(
        request,
        prompt=style.prompt.replace("{prompt}", request.prompt, 1),
        negative_prompt=negative,
        style=None,
    )
