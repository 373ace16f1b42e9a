"""Rasterization of the emoji families into square RGBA sprites.

SVG drawings come from Iconify's JSON and are rendered by resvg; the 3D family is WebP.
Each sprite is cropped to its visible part and centered in a square with a small margin,
so that the scene alone determines position and size.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator

import numpy as np
import resvg_py
from PIL import Image

from ..paths import SPRITES
from . import concepts
from .packages import folder

SIDE = 192
MARGIN = 0.04
MODEL_FAMILIES = ("flat", "3d")
SCORER_FAMILIES = (
    "noto",
    "noto-v1",
    "fxemoji",
    "twemoji",
    "openmoji",
    "emojione",
    "emojione-v1",
    "streamline-emojis",
)
ICONIFY = {
    "flat": "@iconify-json/fluent-emoji-flat",
    **{family: f"@iconify-json/{family}" for family in SCORER_FAMILIES},
}
FAMILIES_WITH_CODES = ("noto", "openmoji", "twemoji")
"""Families whose packages map names to emoji codes. The other families use these maps too."""

NAME_SUFFIX = re.compile(r"(-face)?(-\d)?$")
"""Suffix that some families append to a name: `robot-face`, or Streamline's `strawberry-2`."""


def centered(image: Image.Image, side: int = SIDE) -> Image.Image | None:
    """Crop an image to its visible part and center that part in a square.

    Returns:
        The square, or None if nothing is visible.
    """
    box = image.getchannel("A").point(lambda a: 255 if a > 12 else 0).getbbox()
    if box is None:
        return None
    inner = round(side * (1 - 2 * MARGIN))
    crop = image.crop(box)
    scale = inner / max(crop.size)
    size = (max(1, round(crop.width * scale)), max(1, round(crop.height * scale)))
    premultiplied = crop.convert("RGBa").resize(size, Image.Resampling.LANCZOS).convert("RGBA")
    square = Image.new("RGBA", (side, side))
    square.paste(premultiplied, ((side - size[0]) // 2, (side - size[1]) // 2))
    return square


def _slug(text: str) -> str:
    return "".join(ch for ch in text.lower() if ch.isalnum())


def _iconify(family: str) -> Iterator[tuple[str, Image.Image]]:
    root = folder(ICONIFY[family])
    icons = json.loads((root / "icons.json").read_text())
    by_slug = {}
    for named in FAMILIES_WITH_CODES:
        codes = json.loads((folder(ICONIFY[named]) / "chars.json").read_text())
        by_slug |= {_slug(name): concepts.without_selector(code) for code, name in codes.items()}
    by_slug |= {_slug(c.label): c.code for c in concepts.load()}
    own = json.loads((root / "chars.json").read_text())
    by_slug |= {_slug(name): concepts.without_selector(code) for code, name in own.items()}
    width, height = icons.get("width", 16), icons.get("height", 16)
    known = {c.code for c in concepts.load()}
    for name, icon in icons["icons"].items():
        code = by_slug.get(_slug(name)) or by_slug.get(_slug(NAME_SUFFIX.sub("", name, count=1)))
        if code not in known:
            continue
        box = f"0 0 {icon.get('width', width)} {icon.get('height', height)}"
        svg = (
            '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
            f' viewBox="{box}" width="{SIDE}" height="{SIDE}">{icon["body"]}</svg>'
        )
        png = bytes(resvg_py.svg_to_bytes(svg_string=svg, width=SIDE, height=SIDE))
        yield code, Image.open(io.BytesIO(png)).convert("RGBA")


def _webp() -> Iterator[tuple[str, Image.Image]]:
    known = {c.code for c in concepts.load()}
    for path in sorted((folder("@lobehub/fluent-emoji-3d") / "assets").glob("*.webp")):
        if (code := concepts.without_selector(path.stem)) in known:
            yield code, Image.open(path).convert("RGBA")


def rasterize() -> None:
    """Write the sprites of each family to `SPRITES/<family>.npz`.

    Each file holds `codes` and `pictures` (N×192×192×4, uint8).
    """
    SPRITES.mkdir(parents=True, exist_ok=True)
    for family in (*MODEL_FAMILIES, *SCORER_FAMILIES):
        target = SPRITES / f"{family}.npz"
        if target.exists():
            continue
        codes, sprites = [], []
        for code, image in _webp() if family == "3d" else _iconify(family):
            if code not in codes and (sprite := centered(image)) is not None:
                codes.append(code)
                sprites.append(np.asarray(sprite))
        np.savez_compressed(target, codes=np.array(codes), pictures=np.stack(sprites))
        print(f"Rasterized {len(codes)} sprites of family {family}.", flush=True)


def load(family: str) -> tuple[list[str], np.ndarray]:
    """Return the codes and sprites (N×192×192×4, uint8) of one family."""
    stored = np.load(SPRITES / f"{family}.npz")
    return [str(code) for code in stored["codes"]], stored["pictures"]
