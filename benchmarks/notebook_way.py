"""Store a JumpStart answer as AWS's notebooks do: json, numpy and matplotlib.

Usage: notebook_way.py LIBRARIES ANSWER. For each line on standard input, stores the image
and a thumbnail, and prints the seconds.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

libraries, answer = sys.argv[1:]
sys.path.insert(0, libraries)

import matplotlib as mpl  # type: ignore[import-not-found]  # noqa: E402 - from the path above

mpl.use("agg")
import numpy as np  # noqa: E402
from matplotlib import pyplot as plt  # noqa: E402
from PIL import Image  # noqa: E402

body = Path(answer).read_bytes()
for number, _ in enumerate(sys.stdin):
    target = Path(answer).with_name(f"usual-{number}.png")
    began = time.perf_counter()
    generated = json.loads(body)["generated_images"][0]
    plt.figure(figsize=(12, 12))
    plt.imshow(np.array(generated))
    plt.axis("off")
    plt.savefig(target)
    plt.close()
    thumbnail = Image.open(target)
    thumbnail.thumbnail((320, 320))
    thumbnail.save(target.with_suffix(".thumbnail.png"))
    print(time.perf_counter() - began, flush=True)
