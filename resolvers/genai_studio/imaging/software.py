"""The software name in image metadata."""

from __future__ import annotations

from importlib import metadata

NAME = "genai-studio"


def _name_and_version() -> str:
    try:
        return f"{NAME} {metadata.version(NAME)}"
    except metadata.PackageNotFoundError:  # Not installed: a checkout or a Lambda bundle.
        return NAME


SOFTWARE = _name_and_version()
"""Name, and version if the package is installed: “genai-studio 0.1.0”."""
