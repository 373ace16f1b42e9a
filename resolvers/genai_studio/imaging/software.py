"""The name under which the studio signs its images."""

from __future__ import annotations

from importlib import metadata

NAME = "genai-studio"


def _signature() -> str:
    try:
        return f"{NAME} {metadata.version(NAME)}"
    except metadata.PackageNotFoundError:  # run from a checkout or a bundle, not installed
        return NAME


SOFTWARE = _signature()
"""Name and, where the package is installed, version: “genai-studio 0.1.0”."""
