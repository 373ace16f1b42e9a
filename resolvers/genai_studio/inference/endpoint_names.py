"""Endpoint names for models that are served from files."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

MAX_LENGTH = 63
"""Maximum length of an endpoint name in SageMaker.

SageMaker allows letters, digits and single hyphens between them.
"""

_OTHER = re.compile(r"[^a-z0-9]+")


def endpoint_name(path: Path) -> str:
    """Derive an endpoint name from the name of a model folder or file."""
    stem = path.name.removesuffix(".safetensors")
    return _OTHER.sub("-", stem.lower()).strip("-")[:MAX_LENGTH].rstrip("-") or "model"


def assign_endpoint_names(paths: Iterable[Path], taken: Iterable[str] = ()) -> dict[str, Path]:
    """Map a unique endpoint name to each path, in order.

    Names that collide get the suffixes "-2", "-3" and so on.

    Args:
        paths: Model folders and files.
        taken: Names that are already in use.
    """
    named: dict[str, Path] = {}
    used = set(taken)
    for path in paths:
        name = base = endpoint_name(path)
        number = 1
        while name in used:
            number += 1
            suffix = f"-{number}"
            name = base[: MAX_LENGTH - len(suffix)].rstrip("-") + suffix
        used.add(name)
        named[name] = path
    return named
