"""`genai-studio generate`."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from genai_studio.hosts.cli.options import DataDir, Json, Token, Url, User, local_settings


def generate(
    prompt: Annotated[str, Parameter(help="What the image should show.")],
    /,
    *,
    out: Annotated[Path, Parameter(help="Where to write the PNG.")],
    negative: Annotated[str | None, Parameter(help="What it should not show.")] = None,
    width: Annotated[int | None, Parameter(help="Pixels.")] = None,
    height: Annotated[int | None, Parameter(help="Pixels.")] = None,
    steps: Annotated[int | None, Parameter(help="Denoising steps.")] = None,
    seed: Annotated[int | None, Parameter(help="For the same image again.")] = None,
    count: Annotated[
        int | None, Parameter(help="Images to make; they get -1, -2 … before the suffix.")
    ] = None,
    guidance: Annotated[float | None, Parameter(help="How closely to follow the prompt.")] = None,
    model: Annotated[str | None, Parameter(help="Id of a model of the studio.")] = None,
    style: Annotated[str | None, Parameter(help="Id of one of the model's styles.")] = None,
    url: Url = None,
    token: Token = None,
    user: User = None,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Make images from a prompt and write them to files.

    Talks to the studio that runs on the data directory, or to the one at
    --url; where none runs, starts one for the call.
    """
    from genai_studio.hosts.cli.client.generation import generate_to_files
    from genai_studio.hosts.cli.output.image_files import demand_writable

    demand_writable(out)
    settings = local_settings(user=user, data_dir=data_dir)
    requested = {
        "prompt": prompt,
        "negativePrompt": negative,
        "model": model,
        "width": width,
        "height": height,
        "steps": steps,
        "guidanceScale": guidance,
        "seed": seed,
        "count": count,
        "style": style,
    }
    given = {name: value for name, value in requested.items() if value is not None}
    asyncio.run(generate_to_files(settings, given, out, url=url, token=token, as_json=json))
