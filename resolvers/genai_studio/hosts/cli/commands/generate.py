"""`genai-studio generate`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from genai_studio.domain.validation import MAX_SEED
from genai_studio.hosts.cli.options import DataDir, Json, Token, Url, User, local_settings
from genai_studio.settings import Settings

if TYPE_CHECKING:
    from genai_studio.hosts.cli.client.studio_client import StudioClient

    BuildRequest = Callable[[StudioClient], Awaitable[dict[str, Any]]]


def generate(
    prompt: Annotated[str, Parameter(help="Description of the image.")],
    /,
    *,
    out: Annotated[Path, Parameter(help="Path of the PNG or JPEG file to write.")],
    negative: Annotated[str | None, Parameter(help="What the image should not show.")] = None,
    width: Annotated[int | None, Parameter(help="Width in pixels.")] = None,
    height: Annotated[int | None, Parameter(help="Height in pixels.")] = None,
    steps: Annotated[int | None, Parameter(help="Number of denoising steps.")] = None,
    seed: Annotated[int | None, Parameter(help="Seed. Random if omitted or -1.")] = None,
    count: Annotated[
        int | None,
        Parameter(help="Number of images. More than one get -1, -2 … before the suffix."),
    ] = None,
    guidance: Annotated[float | None, Parameter(help="Guidance scale.")] = None,
    model: Annotated[str | None, Parameter(help="Model ID.")] = None,
    style: Annotated[str | None, Parameter(help="ID of one of the model's styles.")] = None,
    url: Url = None,
    token: Token = None,
    user: User = None,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Generate images from a prompt and save them to files.

    Uses the studio at --url, or the one that runs on the data directory. If none
    runs, starts a studio and stops it afterwards.
    """
    from genai_studio.hosts.cli.output.image_files import check_output_path

    check_output_path(out)
    settings = local_settings(user=user, data_dir=data_dir)
    fields = {
        "prompt": prompt,
        "negativePrompt": negative,
        "model": model,
        "width": width,
        "height": height,
        "steps": steps,
        "guidanceScale": guidance,
        "seed": accepted_seed(seed),
        "count": count,
        "style": style,
    }
    request = {name: value for name, value in fields.items() if value is not None}
    asyncio.run(generate_to_files(settings, request, out, url=url, token=token, as_json=json))


def accepted_seed(seed: int | None) -> int | None:
    """Return the seed for the API. Larger seeds of other programs are mapped, as on the page."""
    if seed is None or seed <= MAX_SEED:
        return seed
    from genai_studio.hosts.cli.output.console import err

    mapped = seed % (MAX_SEED + 1)
    note = f"--seed: {seed} is above {MAX_SEED}. The seed is {mapped} ({seed} modulo 2^31)."
    err().print(note, soft_wrap=True)
    return mapped


async def generate_to_files(
    settings: Settings,
    request: dict[str, Any] | BuildRequest,
    out: Path,
    *,
    url: str | None,
    token: str | None,
    as_json: bool,
) -> None:
    """Generate the images of a request, save them and print the paths.

    Args:
        request: The fields of `GenerateImageInput`, or a function that returns them once
            the client is connected.

    Raises:
        CommandFailed: The request was rejected, or the generation failed.
    """
    from genai_studio.hosts.cli.client.access import studio_access
    from genai_studio.hosts.cli.client.generation import run_generation
    from genai_studio.hosts.cli.client.studio_client import studio_client
    from genai_studio.hosts.cli.output.console import err, print_json, print_plain
    from genai_studio.hosts.cli.output.image_files import save_images
    from genai_studio.hosts.cli.output.progress_bar import ProgressBar

    with ProgressBar() as bar:
        async with (
            studio_access(settings, url=url, token=token, needs_model=True) as access,
            studio_client(access) as client,
        ):
            fields = await request(client) if callable(request) else request
            generation = await run_generation(client, fields, bar.show)
            saved = await save_images(generation.images, out, client.download)
    if as_json:
        files = [
            {
                "file": str(file.path),
                "seed": image.seed,
                "width": image.width,
                "height": image.height,
                "sha256": file.sha256,
            }
            for file, image in zip(saved, generation.images, strict=True)
        ]
        print_json(
            {
                "id": generation.id,
                "prompt": generation.prompt,
                "model": generation.model,
                "seed": generation.seed,
                "images": files,
            }
        )
        return
    for file in saved:
        print_plain(str(file.path))
    note = f"Seed {generation.seed}. Timeline: genai-studio explain {generation.id}"
    err().print(note, soft_wrap=True)
