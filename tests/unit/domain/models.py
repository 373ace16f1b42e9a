"""Models for tests of the domain."""

from __future__ import annotations

from typing import Any

from genai_studio.domain.catalog import Defaults, Limits, Model, Range, SpeedClass


def a_model(model_id: str = "builtin", **fields: Any) -> Model:
    limits = fields.pop("limits", None) or Limits(
        prompt_characters=100,
        width=Range(min=64, max=512, step=8),
        height=Range(min=64, max=512, step=8),
        max_pixels=256 * 256,
        steps=Range(min=1, max=50),
        guidance_min=0.0,
        guidance_max=20.0,
        count=Range(min=1, max=4),
    )
    standard: dict[str, Any] = {
        "name": model_id.title(),
        "description": "For tests.",
        "endpoint": "endpoint",
        "format": "container",
        "speed": SpeedClass.FAST,
        "streams": True,
        "prompt_languages": ("en",),
        "price_per_image": 0.0,
        "defaults": Defaults(width=64, height=72, steps=8, guidance_scale=3.0, count=2),
    }
    return Model(id=model_id, limits=limits, **(standard | fields))
