"""The command `studio-endpoint policy`."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from cyclopts import Parameter

from studio_endpoint.commands.options import Region, print_json, resolved_region
from studio_endpoint.errors import InvalidOption
from studio_endpoint.iam.policy_documents import (
    JUMPSTART_ACCOUNT,
    execution_policy,
    notebook_policy,
    operator_policy,
    partition_of,
    trust_policy,
)
from studio_endpoint.specification.deployment import Mode, validated_name

_IMAGE = re.compile(
    r"(?P<account>\d{12})\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com[^/]*/(?P<name>[^:@]+)"
)


def policy(
    kind: Annotated[
        Literal["trust", "execution", "operator", "notebook"],
        Parameter(
            name="KIND",
            help="Trust policy, or permissions of the container, the operator or a notebook user.",
        ),
    ],
    /,
    *,
    account: Annotated[str, Parameter(help="AWS account ID, 12 digits.")],
    endpoint: Annotated[str, Parameter(help="Name of the endpoint.")],
    role: Annotated[str, Parameter(help="Name of the execution role.")] = "genai-studio-endpoint",
    mode: Annotated[Mode, Parameter(help="The mode of the deployment.")] = Mode.REAL_TIME,
    source: Annotated[
        Literal["jumpstart", "marketplace", "image"], Parameter(help="Source of the model.")
    ] = "jumpstart",
    image: Annotated[
        str | None,
        Parameter(help="URI of the image; for JumpStart, as deploy --dry-run prints it."),
    ] = None,
    archive: Annotated[
        str | None, Parameter(help="Location of the model in S3, as for deploy.")
    ] = None,
    bucket: Annotated[
        str | None, Parameter(help="The studio's bucket; requires --mode async.")
    ] = None,
    topics: Annotated[
        str, Parameter(help="Name pattern of the SNS topics; requires --mode async.")
    ] = "genai-studio-*",
    region: Region = None,
) -> None:
    """Print an IAM policy document for one endpoint, in the format of `aws iam`."""
    if not re.fullmatch(r"\d{12}", account):
        raise InvalidOption(f"--account {account}: expected 12 digits.")
    region = resolved_region(region)
    values = {
        "ACCOUNT": account,
        "REGION": region,
        "PARTITION": partition_of(region),
        "ENDPOINT": validated_name(endpoint),
        "ROLE": role,
        "TOPICS": topics,
    }
    if source == "jumpstart":
        image = image or f"{JUMPSTART_ACCOUNT}.dkr.ecr.{region}.amazonaws.com/*"
        archive = archive or f"s3://jumpstart-cache-prod-{region}/"
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
    match = _IMAGE.match(image)
    if match is None:
        raise InvalidOption(f"--image {image}: expected ACCOUNT.dkr.ecr.REGION.amazonaws.com/….")
    return {"IMAGE_ACCOUNT": match["account"], "IMAGE_REPOSITORY": match["name"]}


def _archive(archive: str | None) -> dict[str, str]:
    if archive is None:
        return {}
    bucket, _, key = archive.removeprefix("s3://").partition("/")
    if not archive.startswith("s3://") or not bucket:
        raise InvalidOption(f"--archive {archive}: expected s3://BUCKET/KEY.")
    return {
        "ARCHIVE_BUCKET": bucket,
        "ARCHIVE_KEY": f"{key}*" if archive.endswith("/") else key,
    }
