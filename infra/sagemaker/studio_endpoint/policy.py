"""What the roles may do, as IAM documents to be filled in: `policies/*.json`.

No action is a wildcard. `*` stands as a resource only where AWS knows none
other: a registry's sign-in, metrics (held to SageMaker's namespaces) and the
listing of components and spaces.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from string import Template
from typing import Any

from studio_endpoint.deployment import Mode
from studio_endpoint.errors import InvalidChoice

POLICIES = Path(__file__).parent / "policies"

JUMPSTART_ACCOUNT = "763104351884"
"""Where AWS keeps the images of JumpStart's containers in most regions."""


def trust_policy(values: Mapping[str, str]) -> dict[str, Any]:
    """Who may take on the execution role: SageMaker, for this account and region."""
    return _document(("trust",), values)


def execution_policy(
    values: Mapping[str, str], *, mode: Mode, package: bool = False, archive: bool = False
) -> dict[str, Any]:
    """What the container may do.

    Args:
        values: For the placeholders.
        mode: How the endpoint is called.
        package: Whether it runs a package of AWS Marketplace, which brings its own image.
        archive: Whether its model lies in a bucket.
    """
    parts = ["execution"]
    if not package:
        parts.append("execution-image")
    if archive:
        parts.append("execution-archive")
    if mode is Mode.ASYNC:
        parts.append("execution-async")
    return _document(parts, values)


def operator_policy(
    values: Mapping[str, str], *, mode: Mode, jumpstart: bool = False
) -> dict[str, Any]:
    """What whoever runs `studio-endpoint` for one endpoint may do."""
    parts = ["operator"]
    if jumpstart:
        parts.append("operator-jumpstart")
    if mode is Mode.ASYNC:
        parts.append("operator-async")
    return _document(parts, values)


def notebook_policy(values: Mapping[str, str]) -> dict[str, Any]:
    """What a person in SageMaker Studio may do: work in a space, and try one endpoint."""
    return _document(("notebook",), values)


def partition_of(region: str) -> str:
    """AWS's own name for the part of the world that a region belongs to."""
    if region.startswith("cn-"):
        return "aws-cn"
    return "aws-us-gov" if region.startswith("us-gov-") else "aws"


def _document(parts: Iterable[str], values: Mapping[str, str]) -> dict[str, Any]:
    statements: list[Any] = []
    for part in parts:
        text = (POLICIES / f"{part}.json").read_text("utf-8")
        try:
            statements += json.loads(Template(text).substitute(values))["Statement"]
        except KeyError as missing:
            option = str(missing.args[0]).lower().partition("_")[0]
            raise InvalidChoice(f"The {part} policy needs --{option}.") from None
    return {"Version": "2012-10-17", "Statement": statements}
