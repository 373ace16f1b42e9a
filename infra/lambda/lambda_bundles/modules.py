"""Find and copy the modules of the studio's package that a handler imports."""

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
    # grimp's cache has a resolution of one second and can miss a recent change.
    return grimp.build_graph(PACKAGE, exclude_type_checking_imports=True, cache_dir=None)


def imported_modules(handlers: Iterable[str]) -> frozenset[str]:
    """Return the handlers, everything they import (also inside functions), and parent packages.

    Raises:
        LookupError: A handler module does not exist.
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
        waiting += _parent_packages(module)
    return frozenset(found)


def copy_modules(handlers: Iterable[str], target: Path) -> None:
    """Copy the sources of the handlers and of everything they import into `target`."""
    for module in imported_modules(handlers):
        source = _source(module)
        copy = target / source.relative_to(PACKAGES)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, copy)


def copy_data(patterns: Iterable[str], target: Path) -> None:
    """Copy the package's files that match the patterns into `target`.

    Raises:
        LookupError: A pattern matches no file, for example because the page is not built.
    """
    package = PACKAGES / PACKAGE
    for pattern in patterns:
        files = [path for path in package.glob(pattern) if path.is_file()]
        if not files:
            raise LookupError(f"No file of {PACKAGE} matches {pattern}. Run `make web` first.")
        for file in files:
            copy = target / file.relative_to(PACKAGES)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, copy)


def copy_operations(target: Path) -> None:
    """Copy the GraphQL operations that all clients share to where a wheel contains them."""
    copy = target / PACKAGE / "graphql_contract" / "operations"
    shutil.copytree(ROOT / "graphql" / "operations", copy)


def write_metadata(target: Path) -> None:
    """Write the name and version that `importlib.metadata` reads, and the license, into `target`.

    It is also the license of c2pa-python, whose wheel contains none (“MIT OR Apache-2.0”).
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    name, version = project["name"], project["version"]
    metadata = target / f"{PACKAGE}-{version}.dist-info" / "METADATA"
    metadata.parent.mkdir()
    metadata.write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", "utf-8")
    shutil.copyfile(ROOT / "LICENSE", metadata.with_name("LICENSE"))


def _parent_packages(module: str) -> Iterator[str]:
    while "." in module:
        module = module.rpartition(".")[0]
        yield module


def _source(module: str) -> Path:
    path = PACKAGES / module.replace(".", "/")
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
