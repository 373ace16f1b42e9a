"""botocore's descriptions of AWS, cut down to what a bundle calls.

It brings those of 400 services. S3 alone has 110 operations; a function that
calls four of them would unpack and read them all at every cold start.
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
_END_POINTS = "endpoints.json"

_CALLED_BY_BOTOCORE = {"s3": {"HeadBucket", "CreateSession"}}
"""Where a bucket is, and directory buckets: asked without our doing."""


def keep_services(data: Path, services: Collection[str], sources: Path) -> None:
    """Leave in botocore's `data` directory what these services need.

    Args:
        sources: Where the modules lie that call them.

    Raises:
        LookupError: botocore does not know one of the services.
    """
    named = names_in(sources)
    prefixes: set[str] = set()
    for service in services:
        if not (data / service).is_dir():
            raise LookupError(f"botocore does not know {service}.")
        version = _keep_newest(data / service)
        prefixes.add(_keep_operations(version / "service-2.json.gz", service, named))
    for entry in data.iterdir():
        if entry.is_dir() and entry.name not in services:
            shutil.rmtree(entry)
        elif entry.is_file() and entry.name not in _SHARED | {_END_POINTS}:
            raise LookupError(f"botocore has a new file {entry.name}: is it needed?")
    _keep_end_points(data / _END_POINTS, prefixes)


def names_in(sources: Path) -> frozenset[str]:
    """Every attribute and every text in the sources: the calls of AWS are among them."""
    names: set[str] = set()
    for source in sources.rglob("*.py"):
        for node in ast.walk(ast.parse(source.read_bytes())):
            if isinstance(node, ast.Attribute):
                names.add(node.attr)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                names.add(node.value)
    return frozenset(names)


def _keep_newest(service: Path) -> Path:
    """Drop older versions of an API, and examples; returns the newest."""
    *older, newest = sorted(path for path in service.iterdir() if path.is_dir())
    for version in older:
        shutil.rmtree(version)
    for examples in newest.glob("examples-*"):
        examples.unlink()
    return newest


def _keep_operations(path: Path, service: str, named: Collection[str]) -> str:
    """Drop the operations that are not named, with their shapes.

    Returns:
        The prefix of the service's end points.
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
    """The names of all shapes that operations lead to."""
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


def _keep_end_points(path: Path, prefixes: Collection[str]) -> None:
    content = json.loads(path.read_bytes())
    for partition in content["partitions"]:
        services = partition["services"]
        partition["services"] = {name: services[name] for name in services if name in prefixes}
    path.write_text(json.dumps(content, separators=(",", ":")), "utf-8")
