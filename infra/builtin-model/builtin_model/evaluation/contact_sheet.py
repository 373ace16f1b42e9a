"""The model card's contact sheets: what the model draws, unselected, first seed that comes."""

from __future__ import annotations

from PIL import Image, ImageDraw

from ..paths import MODEL_CARD_PICTURES
from . import prompts
from .studio import Studio

TILE, CAPTION = 160, 18
SEED = 1
FREE = (
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
SEVERAL = (
    "dog", "blue car", "a cat on the beach", "a purple elephant at night",
    "a ghost in a meadow", "strawberry", "castle at sunset", "a red dragon in the snow",
)  # fmt: skip


def sheet(pictures: list[tuple[str, Image.Image]], columns: int) -> Image.Image:
    """A grid of captioned pictures."""
    rows = -(-len(pictures) // columns)
    made = Image.new("RGB", (columns * TILE, rows * (TILE + CAPTION)), "white")
    pen = ImageDraw.Draw(made)
    for index, (caption, picture) in enumerate(pictures):
        x, y = index % columns * TILE, index // columns * (TILE + CAPTION)
        made.paste(picture.resize((TILE, TILE), Image.Resampling.LANCZOS), (x, y))
        pen.text((x + 3, y + TILE + 3), caption[:27] if caption.isascii() else "", fill="black")
    return made


def draw_all(studio: Studio) -> None:
    """Write three sheets as WebP to docs/models/."""
    held_out = prompts.load()
    several = [(prompt, studio.draw(prompt, seed)) for seed in range(4) for prompt in SEVERAL]
    groups = {
        "builtin-free-prompts": ([(p, studio.draw(p, SEED)) for p in FREE], 8),
        "builtin-four-seeds": (several, 8),
        "builtin-held-out": ([(p.prompt, studio.draw(p.prompt, SEED)) for p in held_out[::3]], 10),
    }
    for name, (pictures, columns) in groups.items():
        path = MODEL_CARD_PICTURES / f"{name}.webp"
        sheet(pictures, columns).save(path, quality=80, method=6)
        print(f"{path.name} {path.stat().st_size:,} bytes")
