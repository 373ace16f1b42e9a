"""Turn a JumpStart answer into a stored PNG and thumbnail, beside the notebooks' way.

AWS's notebooks request the container's default answer, which is nested arrays of pixels
in JSON, and turn it into an image with json, numpy and matplotlib. The studio requests
a JPEG, and reads nested arrays too. Each way starts with the answer that it requests,
and ends when both files are on disk.
"""

from __future__ import annotations

import asyncio
import base64
import io
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from uv import find_uv_bin

from benchmarks.measurement import Measurement, median_ratio, milliseconds
from genai_studio.imaging.encode_image import encode_image
from genai_studio.local.images.store import LocalImages
from genai_studio.sagemaker.formats.jumpstart_txt2img import JumpStartTxt2Img
from genai_studio.system_clock import SystemClock
from tests.builders import a_generation

SIDE = 512
ROUNDS = 11
BOUND = 0.05
LOCK = Path(__file__).with_name("notebook_way.lock")
PROGRAM = Path(__file__).with_name("notebook_way.py")


def measure() -> list[Measurement]:
    """Measure both ways alternately."""
    jpeg, pixels = answers()
    with tempfile.TemporaryDirectory() as directory, notebook(Path(directory), pixels) as usual:
        images = LocalImages.open(Path(directory), SystemClock())
        times: dict[str, list[float]] = {"JPEG": [], "nested arrays": [], "notebook": []}
        for number in range(ROUNDS + 1):
            for name, answer in (("JPEG", jpeg), ("nested arrays", pixels)):
                key = f"{name.partition(' ')[0]}/{number}"
                times[name].append(asyncio.run(store(images, answer, key)))
            times["notebook"].append(usual())
    warm = {name: seconds[1:] for name, seconds in times.items()}
    reference = f"json, numpy and matplotlib: {milliseconds(warm['notebook'])}"
    return [
        Measurement(
            benchmark="answer_to_stored",
            subject=f"{name}, {SIDE} × {SIDE}",
            value=milliseconds(warm[name]),
            reference=reference,
            ratio=median_ratio(warm[name], warm["notebook"]),
            bound=bound,
        )
        for name, bound in (("JPEG", BOUND), ("nested arrays", None))
    ]


def answers() -> tuple[bytes, bytes]:
    """Return one image as both answers: Base64 of a JPEG, and nested arrays."""
    randomness = random.Random(7)
    coarse = Image.frombytes("RGB", (32, 32), randomness.randbytes(32 * 32 * 3))
    image = coarse.resize((SIDE, SIDE), Image.Resampling.BICUBIC)
    encoded = io.BytesIO()
    image.save(encoded, "JPEG", quality=95)
    jpeg = json.dumps({"generated_images": [base64.b64encode(encoded.getvalue()).decode()]})
    content = image.tobytes()
    row = SIDE * 3
    rows = [
        [list(content[at : at + 3]) for at in range(start, start + row, 3)]
        for start in range(0, len(content), row)
    ]
    return jpeg.encode(), json.dumps({"generated_images": [rows]}).encode()


async def store(images: LocalImages, answer: bytes, key: str) -> float:
    """Return the seconds from the answer to the stored files."""
    generation = a_generation()
    began = time.perf_counter()
    source = JumpStartTxt2Img().parse(answer, generation.request, 0)
    encoded = encode_image(source, generation, 0)
    await images.put(f"{key}.png", encoded.png, "image/png")
    await images.put(f"{key}.webp", encoded.thumbnail, "image/webp")
    return time.perf_counter() - began


@contextmanager
def notebook(directory: Path, answer: bytes) -> Iterator[Callable[[], float]]:
    """Start the reference in a process of its own, with its pinned libraries.

    Yields a function that stores the answer once and returns the seconds.
    """
    libraries = directory / "libraries"
    install = [find_uv_bin(), "pip", "install", "--quiet", "--target", str(libraries)]
    subprocess.run([*install, "--require-hashes", "-r", str(LOCK)], check=True)
    body = directory / "answer.json"
    body.write_bytes(answer)
    process = subprocess.Popen(
        [sys.executable, "-I", str(PROGRAM), str(libraries), str(body)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    requests, results = process.stdin, process.stdout

    def run() -> float:
        requests.write("\n")
        requests.flush()
        return float(results.readline())

    try:
        yield run
    finally:
        process.communicate(timeout=60)
