"""Load the recorded request and response pairs of tests/fixtures/formats."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.builders import a_request

FOLDER = Path(__file__).parents[2] / "fixtures" / "formats"
REQUEST = a_request(
    "A photo of a red apple on a table",
    negative_prompt="blurry, low quality",
    width=512,
    height=768,
    steps=30,
    guidance_scale=7.5,
    seed=41,
    count=2,
)
"""The request of every recording. The recordings are of the second image, seed 42."""
INDEX = 1


@dataclass(frozen=True)
class Recording:
    name: str
    format: str
    call: dict[str, Any]
    response: Any
    image: dict[str, Any]

    @property
    def response_bytes(self) -> bytes:
        return json.dumps(self.response).encode()


def _read(path: Path) -> Recording:
    content = json.loads(path.read_text("utf-8"))
    content.pop("about")
    return Recording(name=path.stem, **content)


RECORDINGS = [_read(path) for path in sorted(FOLDER.glob("*.json"))]
