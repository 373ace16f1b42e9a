"""IAM policy documents, filled in from `templates/*.json`.

No action is a wildcard. The resource is `*` only if AWS supports no other: registry
authentication, metrics (restricted to SageMaker's namespaces), and the listing of components
and spaces.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from string import Template
from typing import Any

from studio_endpoint.errors import InvalidOption
from studio_endpoint.specification.deployment import Mode

TEMPLATES = Path(__file__).parent / "templates"

JUMPSTART_ACCOUNT = "763104351884"
"""AWS account with the images of JumpStart's containers in most regions."""


def trust_policy(values: Mapping[str, str]) -> dict[str, Any]:
    """Return the trust policy: SageMaker may assume the role for this account and region."""
    return _document(("trust",), values)


def execution_policy(
    values: Mapping[str, str], *, mode: Mode, package: bool = False, archive: bool = False
) -> dict[str, Any]:
    """Return the permissions of the container.

    Args:
        values: Values of the placeholders.
        mode: How the endpoint is invoked.
        package: Whether it runs an AWS Marketplace package, which includes its image.
        archive: Whether its model is in a bucket.
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
    """Return the permissions of an operator who runs `studio-endpoint` for one endpoint."""
    parts = ["operator"]
    if jumpstart:
        parts.append("operator-jumpstart")
    if mode is Mode.ASYNC:
        parts.append("operator-async")
    return _document(parts, values)


def notebook_policy(values: Mapping[str, str]) -> dict[str, Any]:
    """Return the permissions of a notebook user: use spaces, and invoke one endpoint."""
    return _document(("notebook",), values)


def partition_of(region: str) -> str:
    """Return the AWS partition of a region, such as `aws-cn`."""
    if region.startswith("cn-"):
        return "aws-cn"
    return "aws-us-gov" if region.startswith("us-gov-") else "aws"


def _document(parts: Iterable[str], values: Mapping[str, str]) -> dict[str, Any]:
    statements: list[Any] = []
    for part in parts:
        text = (TEMPLATES / f"{part}.json").read_text("utf-8")
        try:
            statements += json.loads(Template(text).substitute(values))["Statement"]
        except KeyError as missing:
            option = str(missing.args[0]).lower().partition("_")[0]
            raise InvalidOption(f"The {part} policy requires --{option}.") from None
    return {"Version": "2012-10-17", "Statement": statements}
