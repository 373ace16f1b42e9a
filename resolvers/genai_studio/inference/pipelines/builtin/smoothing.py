"""Takes the last mottling out of a drawn sprite's areas and keeps its edges.

A separable bilateral filter (Tomasi and Manduchi 1998; Pham and van Vliet 2005) over the
colour, blind to what is transparent. Alpha stays as it is, so that outlines stay smooth.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from .layers import Floats

REACH: Final = (-6, -4, -2, 2, 4, 6)
"""Distances of the neighbours that are averaged, in pixels."""
SPREAD: Final = 3.6
CONTRAST: Final = 0.085
"""Differences of colour well above this are edges."""
ROUNDS: Final = 2


def smoothed(sprite: Floats) -> Floats:
    """Smooth a premultiplied RGBA sprite (H×W×4, 0…1)."""
    alpha = np.clip(sprite[..., 3:], 0, 1)
    colour: Floats = np.clip(sprite[..., :3] / np.maximum(alpha, 0.02), 0, 1)
    for axis in (1, 0) * ROUNDS:
        colour = _along(colour, alpha, axis)
    return np.concatenate([colour * alpha, alpha], -1).astype(np.float32)


def _along(colour: Floats, alpha: Floats, axis: int) -> Floats:
    """One pass of the filter along an axis."""
    total, weight = colour.copy(), np.ones_like(alpha)
    length = colour.shape[axis]
    for distance in REACH:
        places = np.clip(np.arange(length) + distance, 0, length - 1)
        near, seen = colour.take(places, axis), alpha.take(places, axis)
        unlike = ((near - colour) ** 2).sum(-1, keepdims=True) / (2 * CONTRAST**2)
        likeness = np.exp(-unlike - distance**2 / (2 * SPREAD**2)) * seen
        total += near * likeness
        weight += likeness
    return total / weight
