"""The canvas of a masked edit: the source, extended to the size of the result."""

from __future__ import annotations

from PIL import Image

from genai_studio.domain.editing.edit import Box, Edit, Margins, Workspace

_NO_MARGINS = Margins()


def edit_canvas(edit: Edit, source: Image.Image) -> Image.Image:
    """Return the source with its margins, which repeat the pixels at its edges."""
    margins = edit.outpaint or _NO_MARGINS
    return extended(source, margins.left, margins.top, margins.right, margins.bottom)


def visible_region(workspace: Workspace, width: int, height: int) -> Box:
    """Return the part of the workspace's region that is within the result."""
    region = workspace.region
    return Box(
        left=region.left,
        top=region.top,
        right=min(region.right, width),
        bottom=min(region.bottom, height),
    )


def extended(image: Image.Image, left: int, top: int, right: int, bottom: int) -> Image.Image:
    """Return the image with pixels added to each side, which repeat those at its edges."""
    if not any((left, top, right, bottom)):
        return image
    width, height = image.size
    size = (left + width + right, top + height + bottom)
    canvas = Image.new(image.mode, size)
    canvas.paste(image, (left, top))
    for start, length, at in ((left, left, 0), (left + width - 1, right, left + width)):
        if length:
            edge = canvas.crop((start, top, start + 1, top + height))
            canvas.paste(edge.resize((length, height)), (at, top))
    for start, length, at in ((top, top, 0), (top + height - 1, bottom, top + height)):
        if length:
            edge = canvas.crop((0, start, size[0], start + 1))
            canvas.paste(edge.resize((size[0], length)), (0, at))
    return canvas
