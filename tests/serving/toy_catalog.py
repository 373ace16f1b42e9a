"""Catalog entries for toy pipelines."""

from __future__ import annotations

from typing import Any

from genai_studio.domain.catalog import (
    Catalog,
    Defaults,
    Limits,
    Model,
    Range,
    SpeedClass,
    Style,
)

STYLE = Style(
    id="noir", name="Noir", prompt="{prompt}, in the dark {of} night", negative_prompt="color"
)


def a_model(model_id: str = "toy", **fields: Any) -> Model:
    """Build a model that streams from the endpoint of the same name."""
    standard: dict[str, Any] = {
        "name": "Toy",
        "description": "For tests.",
        "endpoint": model_id,
        "format": "studio",
        "speed": SpeedClass.FAST,
        "streams": True,
        "prompt_languages": ("en",),
        "price_per_image": 0.0,
        "limits": Limits(
            prompt_characters=10_000,
            width=Range(min=64, max=512, step=8),
            height=Range(min=64, max=512, step=8),
            steps=Range(min=1, max=100),
            guidance_min=0.0,
            guidance_max=20.0,
            count=Range(min=1, max=4),
        ),
        "defaults": Defaults(width=64, height=64, steps=4, guidance_scale=3.0),
        "styles": (STYLE,),
    }
    return Model(id=model_id, **(standard | fields))


def a_catalog(*models: Model) -> Catalog:
    return Catalog(models or (a_model(),))
