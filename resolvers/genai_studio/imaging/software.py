"""The software name in image metadata."""

from __future__ import annotations

from importlib import metadata

NAME = "genai-studio"


def _version() -> str:
    try:
        return metadata.version(NAME)
    except metadata.PackageNotFoundError:  # Not installed: a checkout.
        return ""


VERSION = _version()
"""Version of the installed package. Empty if it is not installed."""

SOFTWARE = f"{NAME} {VERSION}".strip()
"""Name, and version if the package is installed: “genai-studio 0.1.0”."""
