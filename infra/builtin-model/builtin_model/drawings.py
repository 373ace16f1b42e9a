"""Rasterises the emoji families into square RGBA sprites.

SVG comes from Iconify's JSON and is drawn by resvg; the 3D family is WebP.
Every sprite is cropped to what is visible and centred in a square with a small
margin, so that position and size are matters of layout alone.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator

import numpy as np
import resvg_py
from PIL import Image

from . import concepts
from .packages import folder
from .paths import SPRITES

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
NAMED_BY_CODE = ("noto", "openmoji", "twemoji")
"""Families whose packages say which emoji a name is; their names serve the others too."""

LOOSE_ENDING = re.compile(r"(-face)?(-\d)?$")
"""What older families add to a name: "robot-face", or Streamline's "strawberry-2"."""


def centred(picture: Image.Image, side: int = SIDE) -> Image.Image | None:
    """Crop to the visible part and centre it in a square; None when nothing is visible."""
    box = picture.getchannel("A").point(lambda a: 255 if a > 12 else 0).getbbox()
    if box is None:
        return None
    inner = round(side * (1 - 2 * MARGIN))
    crop = picture.crop(box)
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
    for named in NAMED_BY_CODE:
        codes = json.loads((folder(ICONIFY[named]) / "chars.json").read_text())
        by_slug |= {_slug(name): concepts.bare(code) for code, name in codes.items()}
    by_slug |= {_slug(c.label): c.code for c in concepts.load()}
    own = json.loads((root / "chars.json").read_text())
    by_slug |= {_slug(name): concepts.bare(code) for code, name in own.items()}
    width, height = icons.get("width", 16), icons.get("height", 16)
    known = {c.code for c in concepts.load()}
    for name, icon in icons["icons"].items():
        code = by_slug.get(_slug(name)) or by_slug.get(_slug(LOOSE_ENDING.sub("", name, count=1)))
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
        if (code := concepts.bare(path.stem)) in known:
            yield code, Image.open(path).convert("RGBA")


def rasterise() -> None:
    """Write `SPRITES/<family>.npz` (codes, pictures uint8 N×192×192×4) for every family."""
    SPRITES.mkdir(parents=True, exist_ok=True)
    for family in (*MODEL_FAMILIES, *SCORER_FAMILIES):
        target = SPRITES / f"{family}.npz"
        if target.exists():
            continue
        codes, pictures = [], []
        for code, picture in _webp() if family == "3d" else _iconify(family):
            if code not in codes and (sprite := centred(picture)) is not None:
                codes.append(code)
                pictures.append(np.asarray(sprite))
        np.savez_compressed(target, codes=np.array(codes), pictures=np.stack(pictures))
        print(f"rasterised {len(codes)} pictures of family {family}", flush=True)


def load(family: str) -> tuple[list[str], np.ndarray]:
    """Codes and pictures of one family."""
    stored = np.load(SPRITES / f"{family}.npz")
    return [str(code) for code in stored["codes"]], stored["pictures"]
