"""Endpoint images, and a PNG parser that is independent of the code under test."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

from PIL import Image

from genai_studio.ports import EndpointImage


def a_gradient(width: int = 64, height: int = 48) -> Image.Image:
    """Create a gradient without uniform areas."""
    return Image.merge(
        "RGB",
        (
            Image.linear_gradient("L").resize((width, height)),
            Image.radial_gradient("L").resize((width, height)),
            Image.linear_gradient("L").rotate(90).resize((width, height)),
        ),
    )


def encoded(image: Image.Image, form: str, **options: Any) -> bytes:
    target = io.BytesIO()
    image.save(target, form, **options)
    return target.getvalue()


def an_endpoint_image(
    image: Image.Image | None = None, form: str = "PNG", **fields: Any
) -> EndpointImage:
    """Create an endpoint image. `form` is PNG, JPEG, WEBP or RGB."""
    image = image or a_gradient()
    standard: dict[str, Any] = {
        "data": image.tobytes() if form == "RGB" else encoded(image, form),
        "content_type": "image/x-rgb" if form == "RGB" else f"image/{form.lower()}",
        "width": image.width,
        "height": image.height,
        "seed": 7,
    }
    return EndpointImage(**(standard | fields))


def chunks(png: bytes) -> list[tuple[str, bytes]]:
    """Return type and content of every chunk, after a CRC check (PNG 1.2, section 3.2)."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    found, position = [], 8
    while position < len(png):
        length, kind = struct.unpack(">I4s", png[position : position + 8])
        content = png[position + 8 : position + 8 + length]
        (crc,) = struct.unpack(">I", png[position + 8 + length : position + 12 + length])
        assert crc == zlib.crc32(kind + content)
        found.append((kind.decode(), content))
        position += 12 + length
    return found


def texts(png: bytes) -> dict[str, str]:
    """Return keyword and text of every tEXt and uncompressed iTXt chunk."""
    found = {}
    for kind, content in chunks(png):
        keyword, _, rest = content.partition(b"\0")
        if kind == "tEXt":
            found[keyword.decode("latin-1")] = rest.decode("latin-1")
        elif kind == "iTXt":
            assert rest[:2] == b"\0\0", "not compressed"
            _language, _, rest = rest[2:].partition(b"\0")
            _translated, _, text = rest.partition(b"\0")
            found[keyword.decode("latin-1")] = text.decode("utf-8")
    return found
