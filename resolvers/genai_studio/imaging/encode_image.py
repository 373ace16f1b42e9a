"""Encode an image for storage."""

from __future__ import annotations

import hashlib
import io
import zlib

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from genai_studio.domain.editing.operation import Operation
from genai_studio.domain.generation import Generation
from genai_studio.domain.image import file_name
from genai_studio.imaging.decode import decode
from genai_studio.imaging.editing.composite import finish_edit
from genai_studio.imaging.placeholder import placeholder
from genai_studio.imaging.provenance import provenance
from genai_studio.imaging.software import NAME
from genai_studio.imaging.thumbnail import encode_webp, shrink
from genai_studio.imaging.visible_label import with_label
from genai_studio.ports import (
    CredentialClaim,
    CredentialSigner,
    EncodedImage,
    EndpointImage,
    KeptInputs,
    ParentImage,
)

_COMPRESSION = zlib.Z_RLE
"""zlib strategy for PNG, chosen for latency. On 512 × 512 noisy pixels zlib's default
needs 47 ms for 445 KB, and this strategy 20 ms for the same size. On flat images it
needs 6 ms instead of 11 ms and produces 20% more bytes."""


def encode_image(
    source: EndpointImage,
    generation: Generation,
    index: int,
    kept: KeptInputs | None = None,
    *,
    signer: CredentialSigner | None = None,
    producer: str = NAME,
    label: str | None = None,
) -> EncodedImage:
    """Encode image `index` of a generation: PNG, thumbnail and placeholder.

    Takes tens of milliseconds, and a network call if the signer needs one; call it in a thread.

    Args:
        signer: Signs the finished PNG. None leaves it unsigned.
        producer: See `xmp.xmp_packet`.
        label: Text of the visible label of a second PNG. None encodes no second PNG.

    Raises:
        EndpointError: The image is corrupt or has an invalid size.
        StudioUnavailable: The image could not be signed.
    """
    image = decode(source)
    if kept is not None:
        image = finish_edit(image, generation.request, kept)
    chunks = provenance(
        generation,
        index,
        seed=source.seed,
        width=image.width,
        height=image.height,
        producer=producer,
    )
    png = _png(image, chunks)
    labeled = None if label is None else _png(with_label(image, label), chunks)
    if signer is not None:
        claim = _claim(generation, index, kept)
        png = signer.sign(png, claim)
        if labeled is not None:
            labeled = signer.sign(labeled, _label_claim(claim, png))
    thumbnail = shrink(image)
    return EncodedImage(
        png=png,
        thumbnail=encode_webp(thumbnail),
        placeholder=placeholder(thumbnail),
        sha256=hashlib.sha256(png).hexdigest(),
        width=image.width,
        height=image.height,
        labeled=labeled,
    )


def _png(image: Image.Image, chunks: PngInfo) -> bytes:
    target = io.BytesIO()
    image.save(target, "PNG", pnginfo=chunks, compress_type=_COMPRESSION)
    return target.getvalue()


_ACTIONS = {
    Operation.IMAGE_TO_IMAGE: ("c2pa.edited", "trainedAlgorithmicMedia"),
    Operation.INPAINT: ("c2pa.edited", "compositeWithTrainedAlgorithmicMedia"),
    Operation.OUTPAINT: ("c2pa.edited", "compositeWithTrainedAlgorithmicMedia"),
    Operation.UPSCALE: ("c2pa.resized", "trainedAlgorithmicMedia"),
}
"""C2PA action and IPTC source type of each operation that changes an image."""


def _label_claim(claim: CredentialClaim, png: bytes) -> CredentialClaim:
    """Return what the signature of the labeled copy says: it was made from the stored image."""
    parent = ParentImage(png, "image/png", claim.title)
    return CredentialClaim(claim.title, "c2pa.edited", claim.source_type, parent)


def _claim(generation: Generation, index: int, kept: KeptInputs | None) -> CredentialClaim:
    """Return what the signature says: how the image was made, and from which other image."""
    title, edit = file_name(generation.id, index), generation.request.edit
    if kept is None or edit is None:
        return CredentialClaim(title)
    action, source_type = _ACTIONS[generation.request.operation]
    source_title = "upload"
    if edit.source.image_id is not None:
        source_id, _, source_index = edit.source.image_id.partition("/")
        source_title = file_name(source_id, int(source_index))
    # The stored source of an upload has lost its credentials; the file as it was sent has them.
    parent = ParentImage(kept.source, "image/png", source_title)
    if kept.original is not None:
        parent = ParentImage(kept.original.data, kept.original.content_type, source_title)
    return CredentialClaim(title, action, source_type, parent)
