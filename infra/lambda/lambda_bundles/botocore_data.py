"""Reduce botocore's service models to the operations that a bundle calls.

botocore contains models of 400 services. S3 alone has 110 operations; without
this step a function that calls four of them reads them all at every cold start.
"""

from __future__ import annotations

import ast
import gzip
import json
import shutil
from collections.abc import Collection
from pathlib import Path
from typing import Any

from botocore import xform_name

_SHARED = frozenset({"_retry.json", "partitions.json", "sdk-default-configuration.json"})
_ENDPOINTS = "endpoints.json"

_CALLED_BY_BOTOCORE = {"s3": {"HeadBucket", "CreateSession"}}
"""Operations that botocore calls itself, to find a bucket's region and for directory buckets."""


def keep_services(data: Path, services: Collection[str], sources: Path) -> None:
    """Delete everything from botocore's `data` directory that these services do not need.

    Args:
        sources: Directory of the modules that call the services.

    Raises:
        LookupError: botocore has no model of a service, or has a data file that is not known here.
    """
    named = names_in(sources)
    prefixes: set[str] = set()
    for service in services:
        if not (data / service).is_dir():
            raise LookupError(f"botocore has no model of the service {service}.")
        version = _keep_newest(data / service)
        prefixes.add(_keep_operations(version / "service-2.json.gz", service, named))
    for entry in data.iterdir():
        if entry.is_dir() and entry.name not in services:
            shutil.rmtree(entry)
        elif entry.is_file() and entry.name not in _SHARED | {_ENDPOINTS}:
            raise LookupError(
                f"botocore has an unknown data file {entry.name}."
                f" If functions need it, add it to _SHARED in {Path(__file__).name}."
            )
    _keep_endpoints(data / _ENDPOINTS, prefixes)


def names_in(sources: Path) -> frozenset[str]:
    """Collect every attribute name and string in the sources. They include all AWS calls."""
    names: set[str] = set()
    for source in sources.rglob("*.py"):
        for node in ast.walk(ast.parse(source.read_bytes())):
            if isinstance(node, ast.Attribute):
                names.add(node.attr)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                names.add(node.value)
    return frozenset(names)


def _keep_newest(service: Path) -> Path:
    """Delete older API versions and examples. Returns the directory of the newest version."""
    *older, newest = sorted(path for path in service.iterdir() if path.is_dir())
    for version in older:
        shutil.rmtree(version)
    for examples in newest.glob("examples-*"):
        examples.unlink()
    return newest


def _keep_operations(path: Path, service: str, named: Collection[str]) -> str:
    """Delete the operations that are not in `named`, and the shapes that only they use.

    Returns:
        The endpoint prefix of the service.
    """
    model = json.loads(gzip.decompress(path.read_bytes()))
    always = _CALLED_BY_BOTOCORE.get(service, set())
    model["operations"] = {
        name: operation
        for name, operation in model["operations"].items()
        if xform_name(name) in named or name in always or "endpointoperation" in operation
    }
    shapes = _shapes_of(list(model["operations"].values()), model["shapes"])
    model["shapes"] = {name: model["shapes"][name] for name in model["shapes"] if name in shapes}
    text = json.dumps(model, separators=(",", ":"))
    path.write_bytes(gzip.compress(text.encode(), mtime=0))
    prefix: str = model["metadata"]["endpointPrefix"]
    return prefix


def _shapes_of(operations: list[Any], shapes: dict[str, Any]) -> set[str]:
    """Return the names of all shapes that the operations use, directly or indirectly."""
    found: set[str] = set()
    waiting: list[Any] = operations
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting += node
        elif isinstance(node, dict):
            waiting += node.values()
            name = node.get("shape")
            if isinstance(name, str) and name in shapes and name not in found:
                found.add(name)
                waiting.append(shapes[name])
    return found


def _keep_endpoints(path: Path, prefixes: Collection[str]) -> None:
    content = json.loads(path.read_bytes())
    for partition in content["partitions"]:
        services = partition["services"]
        partition["services"] = {name: services[name] for name in services if name in prefixes}
    path.write_text(json.dumps(content, separators=(",", ":")), "utf-8")
