"""Judges one picture against one held-out prompt."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image

from . import backgrounds, colours
from .prompts import HeldOutPrompt
from .scorer import Scorer


@dataclass(frozen=True)
class Verdict:
    """Whether each thing that the prompt asks for is in the picture.

    Attributes:
        objects: The scorer recognises the object, or both objects.
        first_place: The object is the scorer's very first answer (one object only).
        colour: The object has the colour; true when none is asked for.
        place: The background is the place; true when none is asked for.
        style: The finish was applied; true when none is asked for.
    """

    objects: bool
    first_place: bool
    colour: bool
    place: bool
    style: bool

    @property
    def passed(self) -> bool:
        return self.objects and self.colour and self.place and self.style


def judge(scorer: Scorer, prompt: HeldOutPrompt, picture: Image.Image) -> Verdict:
    """Score a picture of any size."""
    pixels = np.asarray(picture.convert("RGB"), np.float32) / 255
    if len(prompt.objects) == 2:
        objects = scorer.shows_both(pixels, *prompt.objects)
        first = objects
    else:
        objects = scorer.shows(pixels, prompt.objects[0])
        first = scorer.shows(pixels, prompt.objects[0], rank=1)
    return Verdict(
        objects,
        first,
        not prompt.colour or colours.object_has_colour(pixels, prompt.colour),
        not prompt.place or backgrounds.place_is(pixels, prompt.place),
        not prompt.style or backgrounds.style_is(pixels, prompt.style),
    )
