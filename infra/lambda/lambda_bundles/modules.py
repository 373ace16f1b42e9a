"""Which modules of the studio's package a handler reaches."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import grimp

from lambda_bundles.plan import PACKAGES, ROOT

PACKAGE = "genai_studio"


@cache
def _imports() -> grimp.ImportGraph:
    # Cached files would outlive a change of the sources by a second.
    return grimp.build_graph(PACKAGE, exclude_type_checking_imports=True, cache_dir=None)


def reached(handlers: Iterable[str]) -> frozenset[str]:
    """The handlers, all they import, also inside functions, and the packages around them.

    Raises:
        LookupError: There is no such handler.
    """
    graph = _imports()
    found: set[str] = set()
    waiting = list(handlers)
    while waiting:
        module = waiting.pop()
        if module in found:
            continue
        if module not in graph.modules:
            raise LookupError(f"There is no module {module}.")
        found.add(module)
        waiting += graph.find_modules_directly_imported_by(module)
        waiting += _packages_around(module)
    return frozenset(found)


def copy_modules(handlers: Iterable[str], target: Path) -> None:
    """Put the sources of what the handlers reach into `target`."""
    for module in reached(handlers):
        source = _source(module)
        copy = target / source.relative_to(PACKAGES)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, copy)


def copy_data(patterns: Iterable[str], target: Path) -> None:
    """Put the package's files of these patterns into `target`.

    Raises:
        LookupError: There is no such file: something has to be built before.
    """
    package = PACKAGES / PACKAGE
    for pattern in patterns:
        files = [path for path in package.glob(pattern) if path.is_file()]
        if not files:
            raise LookupError(f"No file of {PACKAGE} is called {pattern}.")
        for file in files:
            copy = target / file.relative_to(PACKAGES)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, copy)


def write_metadata(target: Path) -> None:
    """Put into `target` what `importlib.metadata` tells of the package: its name and version."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    name, version = project["name"], project["version"]
    metadata = target / f"{PACKAGE}-{version}.dist-info" / "METADATA"
    metadata.parent.mkdir()
    metadata.write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", "utf-8")


def _packages_around(module: str) -> Iterator[str]:
    while "." in module:
        module = module.rpartition(".")[0]
        yield module


def _source(module: str) -> Path:
    path = PACKAGES / module.replace(".", "/")
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
