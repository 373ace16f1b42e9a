"""Encode an image for storage."""

from __future__ import annotations

import hashlib
import io
import zlib

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from genai_studio.domain.generation import Generation
from genai_studio.imaging.decode import decode
from genai_studio.imaging.editing.composite import finish_edit
from genai_studio.imaging.placeholder import placeholder
from genai_studio.imaging.provenance import provenance
from genai_studio.imaging.thumbnail import encode_webp, shrink
from genai_studio.ports import EncodedImage, EndpointImage, KeptInputs

_COMPRESSION = zlib.Z_RLE
"""zlib strategy for PNG, chosen for latency. On 512 × 512 noisy pixels zlib's default
needs 47 ms for 445 KB, and this strategy 20 ms for the same size. On flat images it
needs 6 ms instead of 11 ms and produces 20% more bytes."""


def encode_image(
    source: EndpointImage, generation: Generation, index: int, kept: KeptInputs | None = None
) -> EncodedImage:
    """Encode image `index` of a generation: PNG, thumbnail and placeholder.

    CPU-bound (tens of milliseconds); call it in a thread.

    Raises:
        EndpointError: The image is corrupt or has an invalid size.
    """
    image = decode(source)
    if kept is not None:
        image = finish_edit(image, generation.request, kept)
    chunks = provenance(generation, index, seed=source.seed, width=image.width, height=image.height)
    png = _png(image, chunks)
    thumbnail = shrink(image)
    return EncodedImage(
        png=png,
        thumbnail=encode_webp(thumbnail),
        placeholder=placeholder(thumbnail),
        sha256=hashlib.sha256(png).hexdigest(),
        width=image.width,
        height=image.height,
    )


def _png(image: Image.Image, chunks: PngInfo) -> bytes:
    target = io.BytesIO()
    image.save(target, "PNG", pnginfo=chunks, compress_type=_COMPRESSION)
    return target.getvalue()
