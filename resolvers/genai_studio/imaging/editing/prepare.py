"""Prepare the inputs of an edit for its endpoint."""

from __future__ import annotations

import io
import zlib

from PIL import Image, ImageOps

from genai_studio.domain.editing.edit import Edit, Workspace
from genai_studio.domain.editing.operation import Operation
from genai_studio.domain.request import ImageRequest
from genai_studio.imaging.editing.canvas import edit_canvas, extended, visible_region
from genai_studio.imaging.editing.kept import decode_kept
from genai_studio.imaging.editing.masks import edit_alpha
from genai_studio.ports import EditInputs, KeptInputs

_LANCZOS = Image.Resampling.LANCZOS


def prepare_edit(request: ImageRequest, kept: KeptInputs) -> EditInputs:
    """Prepare source and mask of a stored request (`EditPreparer`).

    - IMAGE_TO_IMAGE: the source, scaled and cropped at the center to the requested size
    - INPAINT, OUTPAINT: the region of the workspace, scaled to the workspace's size
    - UPSCALE: the source

    Raises:
        EndpointError: An input cannot be decoded.
    """
    edit = request.edit
    if edit is None:
        raise ValueError("The request is not an edit.")
    source = decode_kept(kept.source, "RGB")
    if edit.workspace is not None:
        return _masked(request, edit, edit.workspace, source, kept)
    if request.operation is Operation.IMAGE_TO_IMAGE:
        source = ImageOps.fit(source, (request.width, request.height), _LANCZOS)
    return EditInputs(_png(source))


def _masked(
    request: ImageRequest, edit: Edit, workspace: Workspace, source: Image.Image, kept: KeptInputs
) -> EditInputs:
    visible = visible_region(workspace, request.width, request.height)
    mask = None if kept.mask is None else decode_kept(kept.mask, "L")
    alpha = edit_alpha(edit, mask, visible)
    crop = edit_canvas(edit, source).crop(
        (visible.left, visible.top, visible.right, visible.bottom)
    )
    right = workspace.region.width - visible.width
    bottom = workspace.region.height - visible.height
    # The padding is cut off again, so its mask does not matter; repeating keeps edges simple.
    image, padded = extended(crop, 0, 0, right, bottom), extended(alpha, 0, 0, right, bottom)
    size = (workspace.width, workspace.height)
    if image.size != size:
        image, padded = image.resize(size, _LANCZOS), padded.resize(size, Image.Resampling.BILINEAR)
    return EditInputs(_png(image), _png(padded))


def _png(image: Image.Image) -> bytes:
    target = io.BytesIO()
    # On the way to an endpoint, time matters more than size.
    image.save(target, "PNG", compress_level=3, compress_type=zlib.Z_RLE)
    return target.getvalue()
