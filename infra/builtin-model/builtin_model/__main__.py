"""Build the model: `python -m builtin_model [STEP…]`. Runs every step if none is named.

A step skips work that is already done, so an interrupted build continues where it
stopped. Delete `.work/checkpoints` to train from scratch.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from .data import packages, rendered_scenes, sampled_layers, sprites
from .evaluation import edit_scores, evaluate, leakage_check, scorer
from .export import export_editing, export_weights
from .text import vocabulary
from .training import (
    find_name_codes,
    train_denoiser,
    train_encoder,
    train_sharpener,
    train_sprite_codes,
    train_upscaler,
)

STEPS: dict[str, tuple[Callable[[], None], str]] = {
    "fetch": (packages.fetch, "download the emoji packages from the npm registry"),
    "rasterize": (sprites.rasterize, "render every emoji as a 192×192 sprite"),
    "scorer": (scorer.train, "train the scorer on emoji families that the model never sees"),
    "codes": (train_sprite_codes.train, "learn a code of 160 numbers for each sprite"),
    "vocabulary": (vocabulary.build, "build the English and Chinese word vectors"),
    "denoiser": (train_denoiser.train, "train the text encoder and the denoisers"),
    "sharpener": (train_sharpener.train, "train the network that sharpens decoded sprites"),
    "export": (export_weights.export, "write the runtime's weights and their manifest"),
    "sample": (sampled_layers.sample, "sample layers with the exported weights"),
    "scenes": (rendered_scenes.render, "draw the encoder's training scenes"),
    "names": (find_name_codes.find, "find the code of every drawing that has a name"),
    "encoder": (train_encoder.train, "train the networks that encode an image as layers"),
    "upscaler": (train_upscaler.train, "train the networks that double and quadruple the side"),
    "export-edits": (export_editing.export, "write the weights for edits and the manifest"),
    "held-out": (leakage_check.check, "check that no training caption is a held-out prompt"),
    "evaluate": (evaluate.evaluate, "score the held-out prompts and write the contact sheets"),
    "evaluate-edits": (edit_scores.evaluate, "score edits and write their contact sheets"),
}


def main(arguments: list[str]) -> int:
    """Run the named steps, or all of them in order.

    Returns:
        The exit code: 2 if a step name is unknown.
    """
    if unknown := [name for name in arguments if name not in {*STEPS, "all"}]:
        print(f"Unknown step {unknown[0]}. The steps are:")
        for name, (_, description) in STEPS.items():
            print(f"  {name:<16}{description}")
        return 2
    for name in STEPS if not arguments or "all" in arguments else arguments:
        run, description = STEPS[name]
        print(f"── {name}: {description}", flush=True)
        run()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
