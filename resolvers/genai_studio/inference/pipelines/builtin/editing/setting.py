"""Choose the setting of an edited image: place, light, weather, finish.

The model has learned that an image has a plain backdrop, clear weather and no finish if the
caption mentions nothing else. In an edit, what the prompt does not mention shall stay. The
denoiser never saw a prompt that contradicts a place, so the setting is chosen by this rule.
"""

from __future__ import annotations

from typing import Final

from genai_studio.inference.pipelines.builtin.model.ddim import Sample
from genai_studio.inference.pipelines.builtin.scene import layers
from genai_studio.inference.pipelines.builtin.scene.layers import Floats

ADOPTED: Final = 0.4
"""From this strength, the setting is the one that the prompt mentions."""
PARTS: Final = (
    (("place", "light", "background color"), {"place": "plain", "light": "day"}),
    (("weather",), {"weather": "clear"}),
    (("finish",), {"finish": "none"}),
)
"""Categories that change together, and their choices if a prompt mentions none of them."""


def with_setting(edited: Sample, encoded: Sample, prompt: Floats, strength: float) -> Sample:
    """Return the edited layers with the setting of the source or of the prompt.

    Args:
        edited: The sampled layers.
        encoded: The layers of the source.
        prompt: Scene vector that the prompt alone gives.
        strength: Strength of the edit.
    """
    scene, wanted = edited.scene.copy(), layers.from_vector(prompt).choice
    for names, defaults in PARTS:
        mentioned = any(wanted[name] != default for name, default in defaults.items())
        chosen = prompt if mentioned and strength >= ADOPTED else encoded.scene
        for name in names:
            part = layers.choice_slice(name)
            scene[part] = chosen[part]
    return Sample(edited.sprites, scene)
