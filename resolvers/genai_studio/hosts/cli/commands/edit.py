"""`genai-studio edit`, `vary` and `upscale`."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from genai_studio.hosts.cli.commands.generate import accepted_seed, generate_to_files
from genai_studio.hosts.cli.options import DataDir, Json, Token, Url, User, local_settings

if TYPE_CHECKING:
    from genai_studio.hosts.cli.client.studio_client import StudioClient
    from genai_studio.hosts.cli.commands.generate import BuildRequest

Source = Annotated[
    str, Parameter(help="PNG, JPEG or WebP file, or the ID of an image or a generation.")
]
Out = Annotated[Path, Parameter(help="Path of the PNG or JPEG file to write.")]
Seed = Annotated[int | None, Parameter(help="Seed. Random if omitted or -1.")]
Count = Annotated[
    int | None, Parameter(help="Number of images. More than one get -1, -2 … before the suffix.")
]
ModelId = Annotated[str | None, Parameter(help="Model ID.")]


def edit(
    source: Source,
    prompt: Annotated[str, Parameter(help="Description of the result.")],
    /,
    *,
    out: Out,
    mask: Annotated[
        Path | None,
        Parameter(help="Image of the source's size. Only what is white in it changes."),
    ] = None,
    outpaint: Annotated[
        str | None,
        Parameter(help="Extend the source, such as right=256,top=64, or by one number per side."),
    ] = None,
    strength: Annotated[
        float | None, Parameter(help="How much changes, 0 to 1. 1 ignores the source.")
    ] = None,
    feather: Annotated[
        int | None, Parameter(help="Width in pixels of the soft edge around the mask.")
    ] = None,
    negative: Annotated[str | None, Parameter(help="What the image should not show.")] = None,
    steps: Annotated[int | None, Parameter(help="Number of denoising steps.")] = None,
    seed: Seed = None,
    count: Count = None,
    guidance: Annotated[float | None, Parameter(help="Guidance scale.")] = None,
    model: ModelId = None,
    style: Annotated[str | None, Parameter(help="ID of one of the model's styles.")] = None,
    url: Url = None,
    token: Token = None,
    user: User = None,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Change an image by a prompt, and save the results to files.

    Changes the whole image, only the white parts of --mask, or extends it with
    --outpaint. Files are uploaded to the studio.
    """
    from genai_studio.hosts.cli.client.edit_request import check_file, parse_outpaint, upload_file
    from genai_studio.hosts.cli.output.failures import CommandFailed

    if mask is not None and outpaint is not None:
        raise CommandFailed("--mask and --outpaint cannot be combined. Run one after the other.")
    if mask is not None:
        check_file(mask, "--mask")
    margins = None if outpaint is None else parse_outpaint(outpaint)
    operation = "INPAINT" if mask else "OUTPAINT" if margins else "IMAGE_TO_IMAGE"
    fields = {
        "operation": operation,
        "prompt": prompt,
        "outpaint": margins,
        "strength": strength,
        "maskFeather": feather,
        "negativePrompt": negative,
        "steps": steps,
        "seed": accepted_seed(seed),
        "count": count,
        "guidanceScale": guidance,
        "model": model,
        "style": style,
    }

    async def with_mask(client: StudioClient) -> dict[str, Any]:
        found = await with_source(source, fields)(client)
        return found if mask is None else found | {"maskUploadId": await upload_file(client, mask)}

    _run(with_mask, source, out, url=url, token=token, user=user, data_dir=data_dir, json=json)


def vary(
    image: Annotated[str, Parameter(help="ID of an image or a generation.")],
    /,
    *,
    out: Out,
    strong: Annotated[
        bool,
        Parameter(negative="--subtle", help="Change the composition too, instead of details only."),
    ] = False,
    seed: Seed = None,
    count: Count = None,
    url: Url = None,
    token: Token = None,
    user: User = None,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Make variations of an image with its own prompt, and save them to files."""
    from genai_studio.hosts.cli.client.edit_request import image_id, variation_request
    from genai_studio.hosts.cli.output.failures import CommandFailed

    named = image_id(image)
    if named is None:
        raise CommandFailed(
            f"{image}: this is not the ID of an image or a generation. For a file, use "
            "genai-studio edit."
        )
    chosen = {"seed": accepted_seed(seed), "count": count}

    async def build(client: StudioClient) -> dict[str, Any]:
        return _given(await variation_request(client, named, strong=strong) | chosen)

    _run(build, image, out, url=url, token=token, user=user, data_dir=data_dir, json=json)


def upscale(
    source: Source,
    /,
    *,
    out: Out,
    factor: Annotated[Literal[2, 4], Parameter(help="2 or 4.")] = 2,
    prompt: Annotated[
        str, Parameter(help="Description of the image. Defaults to its own prompt.")
    ] = "",
    seed: Seed = None,
    model: ModelId = None,
    url: Url = None,
    token: Token = None,
    user: User = None,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Enlarge an image, and save the result to a file."""
    fields = {
        "operation": "UPSCALE",
        "prompt": prompt,
        "upscaleFactor": factor,
        "seed": accepted_seed(seed),
        "model": model,
    }
    build = with_source(source, fields)
    _run(build, source, out, url=url, token=token, user=user, data_dir=data_dir, json=json)


def with_source(source: str, fields: dict[str, Any]) -> BuildRequest:
    """Return a function that adds the source to the given fields, once a client is connected."""
    from genai_studio.hosts.cli.client.edit_request import source_fields

    async def build(client: StudioClient) -> dict[str, Any]:
        return _given(fields) | await source_fields(client, source)

    return build


def _given(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


def _run(
    build: BuildRequest,
    source: str,
    out: Path,
    *,
    url: str | None,
    token: str | None,
    user: str | None,
    data_dir: Path | None,
    json: bool,
) -> None:
    from genai_studio.hosts.cli.client.edit_request import check_file, image_id
    from genai_studio.hosts.cli.output.image_files import check_output_path

    check_output_path(out)
    if image_id(source) is None:
        check_file(Path(source), "The source")
    settings = local_settings(user=user, data_dir=data_dir)
    asyncio.run(generate_to_files(settings, build, out, url=url, token=token, as_json=json))
