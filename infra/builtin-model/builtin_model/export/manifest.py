"""The manifest of the runtime's weights, and the limit of their size."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

VERSION = "2"
MAX_BYTES = 26_000_000
NOT_LISTED = {"manifest.json", "NOTICE.md"}


def write(folder: Path) -> None:
    """Write `manifest.json` with the SHA-256 of every file of the folder.

    Raises:
        AssertionError: The files are larger than `MAX_BYTES`.
    """
    files = {p.name: p.read_bytes() for p in sorted(folder.iterdir()) if p.name not in NOT_LISTED}
    sums = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    manifest = {"name": "genai-studio emoji", "version": VERSION, "files": sums}
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")
    total = sum(len(content) for content in files.values())
    print(f"total {total:,} bytes")
    assert total < MAX_BYTES, f"The weights have {total:,} bytes; the limit is {MAX_BYTES:,}."
