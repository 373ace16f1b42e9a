"""What is kept of one image."""

from __future__ import annotations

import hashlib
import io
import zlib

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from genai_studio.domain.generation import Generation
from genai_studio.imaging.decode import decode
from genai_studio.imaging.placeholder import placeholder
from genai_studio.imaging.provenance import provenance
from genai_studio.imaging.thumbnail import small, webp
from genai_studio.ports import EncodedImage, EndpointImage

_STRATEGY = zlib.Z_RLE
"""How PNG's filtered rows are packed. On 512 × 512 noisy pixels zlib's default takes
47 ms for 445 KB, and this 20 ms for the same size; on flat drawings 6 ms instead
of 11 for a fifth more. A person is waiting for the image."""


def encode_image(drawn: EndpointImage, generation: Generation, index: int) -> EncodedImage:
    """Turn image `index` of a generation into what is kept of it.

    Pure and CPU only (tens of milliseconds): call it in a thread.

    Raises:
        EndpointError: The image is damaged or of an impossible size.
    """
    image = decode(drawn)
    chunks = provenance(generation, index, seed=drawn.seed, width=image.width, height=image.height)
    png = _png(image, chunks)
    thumbnail = small(image)
    return EncodedImage(
        png=png,
        thumbnail=webp(thumbnail),
        placeholder=placeholder(thumbnail),
        sha256=hashlib.sha256(png).hexdigest(),
        width=image.width,
        height=image.height,
    )


def _png(image: Image.Image, chunks: PngInfo) -> bytes:
    target = io.BytesIO()
    image.save(target, "PNG", pnginfo=chunks, compress_type=_STRATEGY)
    return target.getvalue()
