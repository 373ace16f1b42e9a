"""The endpoint names under which models from files are served."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

MAX_LENGTH = 63
"""Of an endpoint name in SageMaker, which also allows only letters, digits and
single hyphens between them."""

_OTHER = re.compile(r"[^a-z0-9]+")


def endpoint_name(path: Path) -> str:
    """The name for a model folder or file: its own, in SageMaker's alphabet."""
    stem = path.name.removesuffix(".safetensors")
    return _OTHER.sub("-", stem.lower()).strip("-")[:MAX_LENGTH].rstrip("-") or "model"


def endpoint_names(paths: Iterable[Path], taken: Iterable[str] = ()) -> dict[str, Path]:
    """Each path by its name, in order; “-2”, “-3” … part those that collide."""
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
