"""The model card's contact sheets: unselected images from fixed seeds."""

from __future__ import annotations

from PIL import Image, ImageDraw

from ..paths import MODEL_CARD_IMAGES
from . import held_out_prompts
from .released_model import ReleasedModel

TILE, CAPTION = 160, 18
SEED = 1
FREE_PROMPTS = (
    "a smiling dog", "a juicy red apple on a table", "blue car", "a cat with sunglasses",
    "rainbow over the ocean", "a purple elephant", "a slice of pizza in space",
    "a green house in the snow", "a puppy on the beach", "a scary monster at night",
    "a pink guitar on a blue background", "a birthday cake with candles", "kitten",
    "a spaceship flying among the stars", "a bowl of hot noodles",
    "a golden crown on a black background", "pixel art of a dragon", "a cactus sticker",
    "a robot and a cat in the city", "a tree in autumn, vintage photo",
    "three penguins in the snow",
    "a tiny ghost in a forest at night", "a teddy bear with hearts", "a giraffe in the rain",
)  # fmt: skip
SEED_PROMPTS = (
    "dog", "blue car", "a cat on the beach", "a purple elephant at night",
    "a ghost in a meadow", "strawberry", "castle at sunset", "a red dragon in the snow",
)  # fmt: skip


def sheet(images: list[tuple[str, Image.Image]], columns: int) -> Image.Image:
    """Arrange captioned images in a grid."""
    rows = -(-len(images) // columns)
    grid = Image.new("RGB", (columns * TILE, rows * (TILE + CAPTION)), "white")
    pen = ImageDraw.Draw(grid)
    for index, (caption, image) in enumerate(images):
        x, y = index % columns * TILE, index // columns * (TILE + CAPTION)
        grid.paste(image.resize((TILE, TILE), Image.Resampling.LANCZOS), (x, y))
        pen.text((x + 3, y + TILE + 3), caption[:27] if caption.isascii() else "", fill="black")
    return grid


def write_all(model: ReleasedModel) -> None:
    """Write the three sheets as WebP to `docs/models/`."""
    held_out = held_out_prompts.load()
    by_seed = [
        (prompt, model.generate(prompt, seed)) for seed in range(4) for prompt in SEED_PROMPTS
    ]
    groups = {
        "builtin-free-prompts": ([(p, model.generate(p, SEED)) for p in FREE_PROMPTS], 8),
        "builtin-four-seeds": (by_seed, 8),
        "builtin-held-out": (
            [(p.prompt, model.generate(p.prompt, SEED)) for p in held_out[::3]],
            10,
        ),
    }
    for name, (images, columns) in groups.items():
        path = MODEL_CARD_IMAGES / f"{name}.webp"
        sheet(images, columns).save(path, quality=80, method=6)
        print(f"{path.name} {path.stat().st_size:,} bytes")
