"""Build the weighted prompts of Stability's request format."""

from __future__ import annotations

from genai_studio.domain.request import ImageRequest


def text_prompts(request: ImageRequest) -> list[dict[str, str | float]]:
    """Return the prompt with weight 1 and the negative prompt, if any, with weight −1.

    Source: https://platform.stability.ai/docs/api-reference (v1, TextPrompt).
    """
    prompts: list[dict[str, str | float]] = [{"text": request.prompt, "weight": 1.0}]
    if request.negative_prompt:
        prompts.append({"text": request.negative_prompt, "weight": -1.0})
    return prompts
