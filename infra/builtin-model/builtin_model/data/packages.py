"""Download of the npm packages that hold the emoji drawings and their names.

For the model: Microsoft Fluent Emoji (MIT), as redistributed by Iconify and LobeHub, and
emojibase (MIT). For the scorer, which is not shipped: Google Noto Emoji and its first
series, Mozilla FxEmoji (all Apache-2.0), Twemoji and EmojiOne (CC-BY 4.0), EmojiOne's
first series and OpenMoji (CC-BY-SA 4.0), and Streamline Emojis (CC-BY 4.0). The versions
are pinned, so the drawings cannot change between builds.
"""

from __future__ import annotations

import subprocess
import tarfile
from pathlib import Path

from ..paths import PACKAGES

VERSIONS = {
    "@iconify-json/fluent-emoji-flat": "1.2.6",
    "@lobehub/fluent-emoji-3d": "1.1.0",
    "@iconify-json/noto": "1.2.9",
    "@iconify-json/noto-v1": "1.2.5",
    "@iconify-json/fxemoji": "1.2.2",
    "@iconify-json/twemoji": "1.2.5",
    "@iconify-json/openmoji": "1.2.29",
    "@iconify-json/emojione": "1.2.3",
    "@iconify-json/emojione-v1": "1.2.3",
    "@iconify-json/streamline-emojis": "1.2.4",
    "emojibase-data": "17.0.0",
}


def folder(package: str) -> Path:
    """Return the folder that a package is unpacked to."""
    return PACKAGES / f"{package.removeprefix('@').replace('/', '-')}-{VERSIONS[package]}"


def fetch() -> None:
    """Download (`npm pack`) and unpack the packages that are missing."""
    PACKAGES.mkdir(parents=True, exist_ok=True)
    for package, version in VERSIONS.items():
        target = folder(package)
        if (target / "package.json").exists():
            continue
        command = ["npm", "pack", f"{package}@{version}", "--silent"]
        subprocess.run(command, cwd=PACKAGES, check=True)
        with tarfile.open(target.with_name(target.name + ".tgz")) as archive:
            for member in archive.getmembers():
                # npm puts every file below `package/`.
                member.name = member.name.partition("/")[2]
                if member.name:
                    archive.extract(member, target, filter="data")
        print(f"Fetched {package} {version}.", flush=True)
