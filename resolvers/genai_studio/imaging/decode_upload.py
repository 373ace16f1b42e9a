"""Decode an uploaded file to a PNG without metadata: upright, 8-bit, sRGB or grayscale."""

from __future__ import annotations

import io
import struct
import warnings
import zlib

from PIL import Image, ImageCms, UnidentifiedImageError

from genai_studio.domain.editing.edit import Box
from genai_studio.domain.editing.upload import MAX_UPLOAD_PIXELS, UploadPurpose
from genai_studio.domain.errors import InvalidUpload
from genai_studio.imaging.upload_type import FORMATS, check_pixels, check_type
from genai_studio.ports import DecodedFile

# Malformed EXIF data is ignored. The warnings would let clients write to the log.
warnings.filterwarnings("ignore", module=r"PIL\.TiffImagePlugin")

COMPRESS_LEVEL = 1
"""Twice as fast as the default, for some percent more bytes that are kept for a day."""

_ORIENTATION = 0x0112
_TRANSPOSED = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_BACKGROUND = {UploadPurpose.SOURCE: "white", UploadPurpose.MASK: "black"}
"""Color behind transparent pixels. In a mask, they are not changed."""

_WHITE = [0] * 128 + [255] * 128
"""Look-up table that leaves the white pixels of a mask."""

_PROFILE_MODES = {"GRAY": ("L",), "RGB ": ("RGB", "L"), "CMYK": ("CMYK",)}
"""Modes of the images to which an ICC profile of each color space can apply."""

# Pillow raises these for malformed files.
_DAMAGED = (
    UnidentifiedImageError,
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    IndexError,
    KeyError,
    TypeError,
    OverflowError,
    MemoryError,
    struct.error,
    zlib.error,
)
_BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)


def decode_upload(data: bytes, content_type: str, purpose: UploadPurpose) -> DecodedFile:
    """Decode a file completely. See `ports.UploadDecoder`.

    The result is RGB for a source and grayscale for a mask. The memory is at most about
    16 bytes per pixel.

    Raises:
        InvalidUpload: The file is truncated, damaged, animated, too large or of another
            type than declared.
    """
    check_type(data, content_type)
    try:
        image = _loaded(data, content_type)
    except _BOMBS:
        raise InvalidUpload(
            f"The image has more than {MAX_UPLOAD_PIXELS // 10**6} million pixels. Scale it down."
        ) from None
    except _DAMAGED:
        raise InvalidUpload(
            "The file is truncated or damaged: it cannot be decoded completely. "
            "Upload it again, or save it anew."
        ) from None
    turned = _TRANSPOSED.get(_orientation(image))
    profile = image.info.get("icc_profile")
    # Each conversion copies 40 million pixels, so release each image as early as possible.
    image, alpha = _split_alpha(image._new(image.im))  # without the buffers of the decoder
    if purpose is UploadPurpose.SOURCE:
        image = _to_srgb(image, profile) or image.convert("RGB")
    else:
        image = image.convert("L")
    if alpha is not None:
        image = _flattened(image, alpha, _BACKGROUND[purpose])
        del alpha
    if turned is not None:
        image = image.transpose(turned)
    image.info = {}  # `save` would write an ICC profile from here.
    png = io.BytesIO()
    image.save(png, "PNG", compress_level=COMPRESS_LEVEL)
    return DecodedFile(
        png.getvalue(),
        image.width,
        image.height,
        _white_box(image) if purpose is UploadPurpose.MASK else None,
        # The label of a manifest store, which every format contains uncompressed.
        has_credentials=b"jumb" in data and b"c2pa" in data,
    )


def _loaded(data: bytes, content_type: str) -> Image.Image:
    image = Image.open(io.BytesIO(data), formats=(FORMATS[content_type],))
    check_pixels(image.width, image.height)
    # Phones append further images to a JPEG, such as a depth map. Pillow calls it MPO.
    if getattr(image, "is_animated", False) and image.format != "MPO":
        raise InvalidUpload("The image is animated. Upload a single frame.")
    image.load()
    return image


def _orientation(image: Image.Image) -> int:
    """Return the EXIF orientation; 1 if there is none. Damaged EXIF data is ignored."""
    try:
        return int(image.getexif().get(_ORIENTATION, 1))
    except _DAMAGED:
        return 1


def _flattened(image: Image.Image, alpha: Image.Image, color: str) -> Image.Image:
    """Put an image in front of a color."""
    background = Image.new(image.mode, image.size, color)
    background.paste(image, mask=alpha)
    return background


def _split_alpha(image: Image.Image) -> tuple[Image.Image, Image.Image | None]:
    """Return the image as RGB, grayscale or CMYK of 8 bits, and its alpha if it has any."""
    if image.mode in ("I;16", "I;16B", "I;16L", "I;16N", "I"):
        return _eight_bits(image), None
    if image.has_transparency_data:
        mode = "LA" if image.mode in ("1", "L", "LA") else "RGBA"
        if image.mode != mode:
            image = image.convert(mode)
        return image.convert(mode.removesuffix("A")), image.getchannel("A")
    if image.mode in ("L", "RGB", "CMYK"):
        return image, None
    return image.convert("L" if image.mode == "1" else "RGB"), None


def _eight_bits(image: Image.Image) -> Image.Image:
    """Scale 16-bit gray to 8 bits. `convert` clips instead in some versions of Pillow."""
    wide = image.convert("I")
    return wide.point(lambda value: value * (1 / 257) + 0.5).convert("L")


def _white_box(mask: Image.Image) -> Box | None:
    bounds = mask.point(_WHITE).getbbox()
    if bounds is None:
        return None
    left, top, right, bottom = bounds
    return Box(left=left, top=top, right=right, bottom=bottom)


def _to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image | None:
    """Convert colors from an ICC profile to sRGB. None if the profile cannot be applied."""
    if not profile:
        return None
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        modes = _PROFILE_MODES.get(source.profile.xcolor_space, ())
        if image.mode not in modes or ImageCms.getProfileDescription(source).startswith("sRGB"):
            return None
        return ImageCms.profileToProfile(
            image if image.mode == modes[0] else image.convert(modes[0]),
            source,
            ImageCms.createProfile("sRGB"),
            renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
            outputMode="RGB",
            flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    except (ImageCms.PyCMSError, *_DAMAGED):
        return None
