"""`studio-endpoint policy`: IAM documents with the least rights."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from cyclopts import Parameter

from studio_endpoint.commands.options import Region, chosen_region, print_json
from studio_endpoint.deployment import Mode, checked_name
from studio_endpoint.errors import InvalidChoice
from studio_endpoint.policy import (
    JUMPSTART_ACCOUNT,
    execution_policy,
    notebook_policy,
    operator_policy,
    partition_of,
    trust_policy,
)

_IMAGE = re.compile(
    r"(?P<account>\d{12})\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com[^/]*/(?P<name>[^:@]+)"
)


def policy(
    kind: Annotated[
        Literal["trust", "execution", "operator", "notebook"],
        Parameter(name="KIND", help="Who takes the role on; what it, you, a notebook may do."),
    ],
    /,
    *,
    account: Annotated[str, Parameter(help="Number of the AWS account, 12 digits.")],
    endpoint: Annotated[str, Parameter(help="Name of the endpoint.")],
    role: Annotated[str, Parameter(help="Name of the execution role.")] = "genai-studio-endpoint",
    mode: Annotated[Mode, Parameter(help="How it will be called.")] = Mode.REAL_TIME,
    source: Annotated[
        Literal["jumpstart", "marketplace", "image"], Parameter(help="Where it comes from.")
    ] = "jumpstart",
    image: Annotated[
        str | None, Parameter(help="Its image; for JumpStart, as deploy --dry-run shows it.")
    ] = None,
    archive: Annotated[str | None, Parameter(help="Its model in S3, as for deploy.")] = None,
    bucket: Annotated[str | None, Parameter(help="The studio's bucket; with --mode async.")] = None,
    topics: Annotated[
        str, Parameter(help="Name of the SNS topics, a pattern; with --mode async.")
    ] = "genai-studio-*",
    region: Region = None,
) -> None:
    """Print an IAM policy document for one endpoint, to hand to `aws iam`."""
    if not re.fullmatch(r"\d{12}", account):
        raise InvalidChoice(f"--account {account}: expected 12 digits.")
    where = chosen_region(region)
    values = {
        "ACCOUNT": account,
        "REGION": where,
        "PARTITION": partition_of(where),
        "ENDPOINT": checked_name(endpoint),
        "ROLE": role,
        "TOPICS": topics,
    }
    if source == "jumpstart":
        image = image or f"{JUMPSTART_ACCOUNT}.dkr.ecr.{where}.amazonaws.com/*"
        archive = archive or f"s3://jumpstart-cache-prod-{where}/"
    values |= _image(image) | _archive(archive)
    if bucket is not None:
        values["BUCKET"] = bucket
    if kind == "trust":
        print_json(trust_policy(values))
    elif kind == "notebook":
        print_json(notebook_policy(values))
    elif kind == "operator":
        print_json(operator_policy(values, mode=mode, jumpstart=source == "jumpstart"))
    else:
        package = source == "marketplace"
        print_json(
            execution_policy(values, mode=mode, package=package, archive=archive is not None)
        )


def _image(image: str | None) -> dict[str, str]:
    if image is None:
        return {}
    matched = _IMAGE.match(image)
    if matched is None:
        raise InvalidChoice(f"--image {image}: expected ACCOUNT.dkr.ecr.REGION.amazonaws.com/….")
    return {"IMAGE_ACCOUNT": matched["account"], "IMAGE_REPOSITORY": matched["name"]}


def _archive(archive: str | None) -> dict[str, str]:
    if archive is None:
        return {}
    bucket, _, key = archive.removeprefix("s3://").partition("/")
    if not archive.startswith("s3://") or not bucket:
        raise InvalidChoice(f"--archive {archive}: expected s3://BUCKET/KEY.")
    return {
        "ARCHIVE_BUCKET": bucket,
        "ARCHIVE_KEY": f"{key}*" if archive.endswith("/") else key,
    }
