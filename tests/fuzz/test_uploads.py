"""1,000 mutated uploads: each is refused with its fault, or decoded to a plain image.

They run in a process of their own, whose peak memory shows that none is a bomb.
"""

from __future__ import annotations

import io
import resource
import struct
import subprocess
import sys
import warnings
import zlib
from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

from PIL import Image

from genai_studio.domain.editing.upload import MAX_UPLOAD_PIXELS, UploadPurpose
from genai_studio.domain.errors import InvalidUpload
from genai_studio.imaging.decode_upload import decode_upload

UPLOADS = 1_000
MAX_MEGABYTES = 16 * MAX_UPLOAD_PIXELS // 10**6
"""Some mutations declare a large, but accepted size."""
SEED = 20261130

SIZE = (40, 28)
CONTENT_TYPES = ("image/png", "image/jpeg", "image/webp")

Upload = tuple[bytes, str]
Mutation = Callable[[Random, Upload], Upload]


def saved(image: Image.Image, file_format: str, **options: Any) -> Upload:
    target = io.BytesIO()
    image.save(target, file_format, **options)
    return target.getvalue(), f"image/{'jpeg' if file_format == 'MPO' else file_format.lower()}"


def valid_uploads() -> list[Upload]:
    """Return a file of every color mode, with metadata, and animations."""
    photo = Image.merge("RGB", [Image.radial_gradient("L").resize(SIZE)] * 3)
    photo.paste((250, 20, 90), (3, 3, 20, 20))
    exif = Image.Exif()
    exif[0x0112] = 8
    return [
        *(saved(photo.convert(mode), "PNG") for mode in ("1", "L", "LA", "P", "RGB", "RGBA")),
        saved(photo.convert("P"), "PNG", transparency=3),
        saved(photo.convert("L").convert("I;16"), "PNG", exif=exif),
        *(saved(photo.convert(mode), "JPEG", exif=exif) for mode in ("L", "RGB", "CMYK")),
        saved(photo, "JPEG", progressive=True, icc_profile=b"x" * 200),
        saved(photo, "MPO", save_all=True, append_images=[photo]),
        saved(photo.convert("RGBA"), "WEBP", exif=exif),
        saved(photo, "WEBP", lossless=True),
        saved(photo, "WEBP", save_all=True, append_images=[photo.rotate(90)]),
        saved(photo, "PNG", save_all=True, append_images=[photo.rotate(90)]),
    ]


def truncated(random: Random, upload: Upload) -> Upload:
    data, content_type = upload
    return data[: random.randrange(len(data))], content_type


def mislabeled(random: Random, upload: Upload) -> Upload:
    return upload[0], random.choice(CONTENT_TYPES)


def damaged(random: Random, upload: Upload) -> Upload:
    data = bytearray(upload[0])
    for _ in range(random.choice((1, 1, 2, 8, 60))):
        data[random.randrange(len(data))] = random.randrange(256)
    return bytes(data), upload[1]


def spliced(random: Random, upload: Upload) -> Upload:
    """Insert, repeat or remove a part."""
    data = upload[0]
    start, end = sorted(random.randrange(len(data)) for _ in range(2))
    piece = random.choice((b"", data[start:end] * 2, random.randbytes(20), b"\xff\xda" * 200))
    return data[:start] + piece + data[end:], upload[1]


def resized(random: Random, upload: Upload) -> Upload:
    """Declare another size, in a header that is valid otherwise."""
    data = bytearray(upload[0])
    width, height = (random.choice((0, 1, 41, 5000, 8001, 16383, 65535)) for _ in range(2))
    if upload[1] == "image/png":
        data[16:24] = struct.pack(">II", width * random.choice((1, 60_000)) % 2**32, height)
        data[29:33] = struct.pack(">I", zlib.crc32(data[12:29]))
    elif upload[1] == "image/jpeg":
        frame = max(data.find(b"\xff\xc0"), data.find(b"\xff\xc2"))
        data[frame + 5 : frame + 9] = struct.pack(">HH", height, width)
    elif data[12:16] == b"VP8X":
        data[24:30] = width.to_bytes(3, "little") + height.to_bytes(3, "little")
    else:
        data[21:30] = random.randbytes(9)
    return bytes(data), upload[1]


MUTATIONS: tuple[Mutation, ...] = (truncated, mislabeled, damaged, damaged, spliced, resized)


def check(upload: Upload, purpose: UploadPurpose) -> str:
    """Decode an upload and return the outcome. Any other exception is a fault."""
    try:
        found = decode_upload(*upload, purpose)
    except InvalidUpload as error:
        message = str(error)
        assert message.endswith(".")
        return "refused"
    with Image.open(io.BytesIO(found.png), formats=["PNG"]) as image:
        image.load()
        assert image.mode == ("RGB" if purpose is UploadPurpose.SOURCE else "L")
        assert image.size == (found.width, found.height)
        assert image.width * image.height <= MAX_UPLOAD_PIXELS
        assert image.info == {}
    return "decoded"


def run() -> Counter[str]:
    """Check all uploads, and raise if they used too much memory."""
    warnings.simplefilter("ignore")  # Pillow warns about damaged metadata
    random = Random(SEED)  # noqa: S311 - not a secret
    files = valid_uploads()
    outcomes = Counter(check(file, UploadPurpose.SOURCE) for file in files)
    assert outcomes == {"decoded": len(files) - 2, "refused": 2}, outcomes
    before = peak_kilobytes()
    outcomes.clear()
    for _ in range(UPLOADS):
        upload = random.choice(MUTATIONS)(random, random.choice(files))
        outcomes[check(upload, random.choice(list(UploadPurpose)))] += 1
    used = (peak_kilobytes() - before) // 1024
    assert used <= MAX_MEGABYTES, f"{used} MB"
    return outcomes


def peak_kilobytes() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // 1024 if sys.platform == "darwin" else peak


def test_mutated_uploads() -> None:
    process = subprocess.run(
        [sys.executable, "-m", "tests.fuzz.test_uploads"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert process.returncode == 0, process.stderr
    counts = dict(line.split() for line in process.stdout.splitlines())
    assert sum(map(int, counts.values())) == UPLOADS
    assert all(int(count) > UPLOADS // 10 for count in counts.values())


if __name__ == "__main__":
    for outcome, count in run().items():
        sys.stdout.write(f"{outcome} {count}\n")
