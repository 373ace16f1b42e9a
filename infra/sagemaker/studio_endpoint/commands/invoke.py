"""The command `studio-endpoint invoke`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from studio_endpoint.commands.options import (
    DryRun,
    Name,
    Region,
    aws_clients,
    print_calls,
    print_message,
    resolved_region,
)
from studio_endpoint.invocation import generate_image, invocation_calls, sample_request
from studio_endpoint.specification.deployment import Mode, validated_name


def invoke(
    name: Name,
    /,
    *,
    prompt: Annotated[str, Parameter(help="The prompt.")] = "a lighthouse in a storm",
    model: Annotated[
        str, Parameter(help="ID of the served model in the studio's catalog.")
    ] = "stable-diffusion-2-1-base",
    catalog: Annotated[
        Path | None,
        Parameter(
            help="TOML file with more catalog entries, or other ones for shipped models.",
            env_var="GENAI_STUDIO_CATALOG",
        ),
    ] = None,
    mode: Annotated[Mode, Parameter(help="The mode of the deployment.")] = Mode.REAL_TIME,
    seed: Annotated[int, Parameter(help="The same seed gives the same image.")] = 7,
    out: Annotated[Path, Parameter(help="File to write the image to.")] = Path("image.png"),
    bucket: Annotated[
        str | None,
        Parameter(help="The studio's bucket (OUT_S3_BUCKET_NAME); requires --mode async."),
    ] = None,
    region: Region = None,
    dry_run: DryRun = False,
) -> None:
    """Request one image, in the wire format that the studio uses, and write it to a file."""
    sample = sample_request(
        validated_name(name), mode, model, prompt, seed=seed, bucket=bucket, catalog=catalog
    )
    if dry_run:
        print_calls(invocation_calls(sample, "trials/EXAMPLE.json"))
        return
    image = generate_image(sample, aws_clients(resolved_region(region)))
    out.write_bytes(image)
    print_message(f"{out}: {len(image):,} bytes")
