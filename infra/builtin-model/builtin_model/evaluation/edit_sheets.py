"""The model card's contact sheets of edits: unselected images from fixed seeds."""

from __future__ import annotations

from PIL import Image

from genai_studio.inference.pipelines.builtin import BuiltinPipeline
from genai_studio.inference.pipelines.builtin.editing.edit import composed
from genai_studio.inference.pipelines.builtin.model.encoder import Encoder
from genai_studio.inference.pipelines.builtin.model.sprite_drawer import SpriteDrawer
from genai_studio.inference.pipelines.builtin.model.sprite_match import SpriteMatcher
from genai_studio.inference.pipelines.builtin.model.weights import Weights
from genai_studio.inference.pipelines.builtin.model.whole_names import SpriteNames
from genai_studio.inference.pipelines.interface import EditSource

from ..data.drawings import Drawings
from ..paths import MODEL_CARD_IMAGES
from .contact_sheet import sheet
from .released_edits import SIDE, edit, ignore, mask

SOURCES = (
    "a cat on the beach", "a red apple", "a castle at sunset", "a robot and a cat in the city",
    "a blue car in the snow", "a ghost in a forest at night", "a guitar on a pink background",
    "an elephant, pixel art",
)  # fmt: skip
REQUESTS = ("a fox", "a mushroom at night", "a blue bird in the snow")
REGION = (0.58, 0.06, 0.94, 0.42)
MIDDLE = (0.1, 0.12, 0.9, 0.95)
UPLOADS = 4

Captioned = list[tuple[str, Image.Image]]


def _edits(model: BuiltinPipeline, sources: Captioned) -> Captioned:
    weights = Weights()
    drawer = SpriteDrawer(weights)
    encoder = Encoder(weights, SpriteMatcher(drawer, SpriteNames(weights)))
    rows: Captioned = [*sources]
    rows += [
        ("drawn again", composed(encoder.encode(image), drawer, *image.size))
        for _, image in sources
    ]
    for strength in (0.3, 0.6):
        rows += [
            (f"vary {strength}", edit(model, prompt, 7, EditSource(image, None, strength))[1])
            for prompt, image in sources
        ]
    for number, request in enumerate(REQUESTS):
        rows += [
            (f"{request} 0.75", edit(model, request, 8 + number, EditSource(image, None, 0.75))[1])
            for _, image in sources
        ]
    return rows


def _uploads(family: str) -> Captioned:
    """Return drawings of a family that the model does not know, as if they were uploaded."""
    drawings = Drawings(family, held_out=True, most=60)
    return [
        ("upload", drawings.scene(200_000 + number).resize((SIDE, SIDE)))
        for number in range(UPLOADS)
    ]


def _regions(model: BuiltinPipeline, sources: Captioned) -> Captioned:
    rows: Captioned = [*sources]
    for request, box in (("a red balloon", REGION), ("a bear", MIDDLE), ("", MIDDLE)):
        region = mask(SIDE, box)
        rows += [
            (request or "(removed)", edit(model, request, 9, EditSource(image, region, 1.0))[1])
            for _, image in sources
        ]
    for prompt, image in sources:
        canvas = Image.new("RGB", image.size)
        half, left, top = SIDE // 2, SIDE // 8, SIDE // 4
        canvas.paste(image.resize((half, half), Image.Resampling.LANCZOS), (left, top))
        outside = Image.new("L", image.size, 255)
        outside.paste(0, (left, top, left + half, top + half))
        result = edit(model, prompt, 9, EditSource(canvas, outside, 1.0))[1]
        rows.append(("outpaint", result))
    return rows


def _upscaled(model: BuiltinPipeline) -> Captioned:
    rows: Captioned = []
    for family in ("flat", "3d", "noto"):
        drawings = Drawings(family, held_out=True, most=60)
        for number in range(2):
            scene = drawings.scene(300_000 + number)
            crop = (scene.width // 2 - 64, scene.height // 2 - 64) * 2
            crop = (crop[0], crop[1], crop[0] + 128, crop[1] + 128)
            small = scene.resize((scene.width // 4, scene.height // 4), Image.Resampling.BICUBIC)
            plain = small.resize(scene.size, Image.Resampling.LANCZOS)
            sharp = model.upscale(small, 4, None, ignore, lambda: False).resize(scene.size)
            rows += [
                (f"{name}, {family}", image.crop(crop))
                for name, image in (("Lanczos x4", plain), ("network x4", sharp), ("true", scene))
            ]
    return rows


def write_all(model: BuiltinPipeline) -> None:
    """Write the sheets as WebP to `docs/models/`."""
    sources: Captioned = [(prompt, edit(model, prompt, 1)[1]) for prompt in SOURCES]
    mixed = [*sources[:4], *_uploads("noto")]
    groups = {
        "builtin-edits": (_edits(model, sources), 8),
        "builtin-edits-uploads": (_edits(model, [*_uploads("noto"), *_uploads("flat")]), 8),
        "builtin-regions": (_regions(model, mixed), 8),
        "builtin-upscaled": (_upscaled(model), 6),
    }
    for name, (images, columns) in groups.items():
        path = MODEL_CARD_IMAGES / f"{name}.webp"
        sheet(images, columns).save(path, quality=80, method=6)
        print(f"{path.name} {path.stat().st_size:,} bytes")
