"""`python -m builtin_model [STEP…]`: builds the model; without arguments, everything.

Every step skips what is done already, so that an interrupted build goes on where it
stopped. `rm -r .work/checkpoints` starts the training anew.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from . import (
    drawings,
    export,
    packages,
    train_denoiser,
    train_sharpener,
    train_sprite_codes,
    vocabulary,
)
from .evaluation import evaluate, held_out, scorer

STEPS: dict[str, tuple[Callable[[], None], str]] = {
    "fetch": (packages.fetch, "download the emoji packages from the npm registry"),
    "rasterise": (drawings.rasterise, "draw every emoji as a 192×192 sprite"),
    "scorer": (scorer.train, "train the evaluation's scorer on families the model never sees"),
    "codes": (train_sprite_codes.train, "learn a code of 160 numbers for every sprite"),
    "vocabulary": (vocabulary.build, "build the English and Chinese word vectors"),
    "denoiser": (train_denoiser.train, "train the text encoder and the denoisers"),
    "sharpener": (train_sharpener.train, "train the network that sharpens decoded sprites"),
    "export": (export.export, "write the runtime's weights and their manifest"),
    "held-out": (held_out.check, "check that no training caption is a held-out prompt"),
    "evaluate": (evaluate.evaluate, "score the held-out prompts and draw the contact sheets"),
}


def main(arguments: list[str]) -> int:
    """Run the named steps, or all of them in order."""
    if wrong := [name for name in arguments if name not in {*STEPS, "all"}]:
        print(f"unknown step {wrong[0]}; the steps are:")
        for name, (_, text) in STEPS.items():
            print(f"  {name:<12}{text}")
        return 2
    for name in STEPS if not arguments or "all" in arguments else arguments:
        print(f"── {name}: {STEPS[name][1]}", flush=True)
        STEPS[name][0]()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
