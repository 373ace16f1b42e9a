"""Build request fields that Stability's own formats share."""

from __future__ import annotations

from genai_studio.domain.request import ImageRequest

_MAX_SEED = 4_294_967_294


def text_prompts(request: ImageRequest) -> list[dict[str, str | float]]:
    """Return the prompt with weight 1 and the negative prompt, if any, with weight −1.

    Source: https://platform.stability.ai/docs/api-reference (v1, TextPrompt).
    """
    prompts: list[dict[str, str | float]] = [{"text": request.prompt, "weight": 1.0}]
    if request.negative_prompt:
        prompts.append({"text": request.negative_prompt, "weight": -1.0})
    return prompts


def stability_seed(seed: int) -> int:
    """Return the seed to send.

    The container treats 0 as “random” and rejects 2³² − 1. So 0 becomes 1, and
    2³² − 1 becomes 2³² − 2. Source: Stability's API reference, `seed`: 0 to
    4294967294, “0 for a random seed”.
    """
    return min(max(seed, 1), _MAX_SEED)
