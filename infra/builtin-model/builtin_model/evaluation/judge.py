"""The verdict on one image of a held-out prompt."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image

from . import backgrounds, colors
from .held_out_prompts import HeldOutPrompt
from .scorer import Scorer


@dataclass(frozen=True)
class Verdict:
    """Whether an image contains each thing that its prompt requests.

    Attributes:
        objects: The scorer recognizes the object, or both objects.
        top_answer: The object is the scorer's first answer (prompts with one object only).
        color: The object has the requested color. True if the prompt requests none.
        place: The background is the requested place. True if the prompt requests none.
        style: The requested finish was applied. True if the prompt requests none.
    """

    objects: bool
    top_answer: bool
    color: bool
    place: bool
    style: bool

    @property
    def passed(self) -> bool:
        return self.objects and self.color and self.place and self.style


def judge(scorer: Scorer, prompt: HeldOutPrompt, image: Image.Image) -> Verdict:
    """Judge an image of any size."""
    pixels = np.asarray(image.convert("RGB"), np.float32) / 255
    if len(prompt.objects) == 2:
        objects = scorer.shows_both(pixels, *prompt.objects)
        top_answer = objects
    else:
        objects = scorer.shows(pixels, prompt.objects[0])
        top_answer = scorer.shows(pixels, prompt.objects[0], rank=1)
    return Verdict(
        objects,
        top_answer,
        not prompt.color or colors.object_has_color(pixels, prompt.color),
        not prompt.place or backgrounds.place_is(pixels, prompt.place),
        not prompt.style or backgrounds.style_is(pixels, prompt.style),
    )
