"""Derive the pipelines for edits from a loaded text-to-image pipeline.

They share its networks, so that an edit needs no further memory.
"""

from __future__ import annotations

import importlib
import inspect
import math
from collections.abc import Mapping

from genai_studio.inference.pipelines.diffusers.component_loading import Foreign
from genai_studio.inference.pipelines.interface import EditSource, Operation, SamplingParameters

_AUTO_CLASSES = {
    Operation.IMAGE_TO_IMAGE: "AutoPipelineForImage2Image",
    Operation.INPAINT: "AutoPipelineForInpainting",
}


class EditPipes:
    """A text-to-image pipeline and those derived from it.

    Args:
        pipe: The loaded text-to-image pipeline.
    """

    def __init__(self, pipe: Foreign) -> None:
        self._pipes: dict[Operation, Foreign] = {Operation.TEXT_TO_IMAGE: pipe}

    def get(self, operation: Operation) -> Foreign:
        """Return the pipeline of an operation. Create it when it is first needed.

        Inpainting with a text-to-image network keeps the latents outside the mask in every
        step.
        """
        if operation not in self._pipes:
            auto = getattr(importlib.import_module("diffusers"), _AUTO_CLASSES[operation])
            pipe = auto.from_pipe(self._pipes[Operation.TEXT_TO_IMAGE])
            pipe.set_progress_bar_config(disable=True)
            self._pipes[operation] = pipe
        return self._pipes[operation]


def edit_arguments(source: EditSource, parameters: SamplingParameters) -> dict[str, object]:
    """Return the arguments that an edit adds to those of text-to-image.

    diffusers skips the first steps of an edit. At least one step must remain.
    """
    least = one_step(parameters.steps)
    arguments: dict[str, object] = {
        "image": source.image,
        "strength": min(max(source.strength, least), 1.0),
    }
    if source.mask is not None:
        arguments["mask_image"] = source.mask
    return arguments


def one_step(steps: int) -> float:
    """Return the strength that leaves exactly one of the steps.

    Some pipelines round `steps * strength` down. Others round the number of skipped steps
    down, so the product must exceed 1 by no more than the last bit.
    """
    strength = 1 / steps
    return strength if steps * strength >= 1 else math.nextafter(strength, 1.0)


def accepted(pipe: Foreign, arguments: Mapping[str, object]) -> dict[str, object]:
    """Return the arguments that a pipeline accepts."""
    names = inspect.signature(pipe.__call__).parameters
    return {name: value for name, value in arguments.items() if name in names}
