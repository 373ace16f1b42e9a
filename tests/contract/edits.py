"""Edits for the contracts of endpoints."""

from __future__ import annotations

from typing import Any

from genai_studio.domain.editing.edit import Edit, EditInput, Margins
from genai_studio.domain.editing.operation import Operation
from tests.unit.imaging.pngs import a_gradient, encoded
from tests.unit.sagemaker.recordings import halves

SIZE = (64, 72)
SOURCE = a_gradient(*SIZE)
SOURCE_PNG = encoded(SOURCE, "PNG")
MASK_PNG = encoded(halves("L", SIZE, 0, 255), "PNG")
"""The right half changes."""


def an_edit(
    operation: Operation, *, strength: float = 0.5, factor: int = 2, **fields: Any
) -> dict[str, Any]:
    """Return the fields of a request that edits `SOURCE`. `fields` override them."""
    source = EditInput(key="source", upload_id="source", width=SIZE[0], height=SIZE[1])
    upscales = operation is Operation.UPSCALE
    edit = Edit(
        source=source,
        mask=source if operation is Operation.INPAINT else None,
        strength=strength,
        outpaint=Margins(right=32) if operation is Operation.OUTPAINT else None,
        upscale_factor=factor if upscales else None,
    )
    width, height = (side * (factor if upscales else 1) for side in SIZE)
    standard = {"width": width, "height": height, "model": "editing", "steps": 10}
    return {"operation": operation, "edit": edit} | standard | fields
