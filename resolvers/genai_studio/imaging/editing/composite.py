"""Combine the image of an endpoint with the source of its edit."""

from __future__ import annotations

from PIL import Image

from genai_studio.domain.editing.edit import Edit, Workspace
from genai_studio.domain.editing.operation import Operation
from genai_studio.domain.request import ImageRequest
from genai_studio.imaging.editing.canvas import edit_canvas, visible_region
from genai_studio.imaging.editing.kept import decode_kept
from genai_studio.imaging.editing.masks import edit_alpha
from genai_studio.ports import KeptInputs

_LANCZOS = Image.Resampling.LANCZOS


def finish_edit(generated: Image.Image, request: ImageRequest, kept: KeptInputs) -> Image.Image:
    """Return the result of a stored request from the RGB image of its endpoint.

    - INPAINT, OUTPAINT: pixels outside the feathered mask are equal to the source
    - UPSCALE: the size is exactly that of the request, whatever factor the model has

    Raises:
        EndpointError: An input cannot be decoded.
    """
    edit = request.edit
    if edit is not None and edit.workspace is not None:
        return _composite(generated, request, edit, edit.workspace, kept)
    size = (request.width, request.height)
    if request.operation is Operation.UPSCALE and generated.size != size:
        return generated.resize(size, _LANCZOS)
    return generated


def _composite(
    generated: Image.Image,
    request: ImageRequest,
    edit: Edit,
    workspace: Workspace,
    kept: KeptInputs,
) -> Image.Image:
    visible = visible_region(workspace, request.width, request.height)
    mask = None if kept.mask is None else decode_kept(kept.mask, "L")
    alpha = edit_alpha(edit, mask, visible)
    region = (workspace.region.width, workspace.region.height)
    if generated.size != region:
        generated = generated.resize(region, _LANCZOS)
    # A copy: without margins, the canvas is the source itself.
    canvas = edit_canvas(edit, decode_kept(kept.source, "RGB")).copy()
    part = generated.crop((0, 0, visible.width, visible.height))
    canvas.paste(part, (visible.left, visible.top), alpha)
    return canvas
