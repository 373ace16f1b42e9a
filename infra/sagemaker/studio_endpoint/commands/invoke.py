"""`studio-endpoint invoke`: one picture."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from studio_endpoint.commands.options import (
    DryRun,
    Name,
    Region,
    aws_clients,
    chosen_region,
    note,
    print_calls,
)
from studio_endpoint.deployment import Mode, checked_name
from studio_endpoint.invoke import picture_of, trial, trial_calls


def invoke(
    name: Name,
    /,
    *,
    prompt: Annotated[str, Parameter(help="What to draw.")] = "a lighthouse in a storm",
    model: Annotated[
        str, Parameter(help="What it serves, by its id in the studio's models.toml.")
    ] = "stable-diffusion-2-1-base",
    mode: Annotated[Mode, Parameter(help="How it was deployed.")] = Mode.REAL_TIME,
    seed: Annotated[int, Parameter(help="The same seed, the same picture.")] = 7,
    out: Annotated[Path, Parameter(help="Where the picture goes.")] = Path("picture.png"),
    bucket: Annotated[
        str | None, Parameter(help="The studio's bucket (OUT_S3_BUCKET_NAME); with --mode async.")
    ] = None,
    region: Region = None,
    dry_run: DryRun = False,
) -> None:
    """Ask for one picture, in the same words as the studio, and write it to a file."""
    asked = trial(checked_name(name), mode, model, prompt, seed=seed, bucket=bucket)
    if dry_run:
        print_calls(trial_calls(asked, "trials/EXAMPLE.json"))
        return
    picture = picture_of(asked, aws_clients(chosen_region(region)))
    out.write_bytes(picture)
    note(f"{out}: {len(picture):,} bytes")
