"""Every setting of the studio, in one place.

Each field can be set by an environment variable: its name in capitals behind
`GENAI_STUDIO_`, such as `GENAI_STUDIO_PORT`. Lists are separated by commas,
paths by the system's path separator. Some more variables bear the names that
SageMaker deployments use: `AWS_SM_EP`, `AWS_REGION` (or `AWS_DEFAULT_REGION`)
and `OUT_S3_BUCKET_NAME`. Options of the command line win over the environment.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import msgspec
import platformdirs

from genai_studio.domain.errors import StudioUnavailable

PREFIX = "GENAI_STUDIO_"

_AWS_NAMES = {
    "sagemaker_endpoint": ("AWS_SM_EP",),
    "region": ("AWS_REGION", "AWS_DEFAULT_REGION"),
    "bucket": ("OUT_S3_BUCKET_NAME",),
}

Port = Annotated[int, msgspec.Meta(ge=0, le=65535)]
Count = Annotated[int, msgspec.Meta(ge=0)]
AtLeastOne = Annotated[int, msgspec.Meta(ge=1)]
Days = Annotated[int, msgspec.Meta(ge=1, le=3650)]
Url = Annotated[str, msgspec.Meta(pattern="^https?://")]


class SageMakerMode(StrEnum):
    """How the endpoint in AWS is called: one answer, an answer in pieces, or a notice later."""

    REAL_TIME = "real-time"
    STREAMING = "streaming"
    ASYNC = "async"


_PATHS: tuple[object, ...] = (Path, tuple[Path, ...])


def default_data_dir() -> Path:
    """Where this system keeps an application's data of one person."""
    return Path(platformdirs.user_data_dir("genai-studio", appauthor=False))


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How a studio runs.

    Attributes:
        host: Address to listen on; 127.0.0.1 is this machine alone.
        port: TCP port; 0 takes a free one.
        data_dir: Where a studio without AWS keeps everything.
        model_dirs: Diffusers folders or `.safetensors` files to serve too.
        builtin_model: Whether the model in the box is offered.
        endpoint_url: An inference server that runs already, instead of a child
            process; it is asked for the endpoint `builtin`.
        endpoint_access_key: What that server was started with, if anything.
        sagemaker_endpoint: Name of an endpoint in AWS to offer (`AWS_SM_EP`), or
            `ENDPOINT/COMPONENT` for one of its inference components.
        sagemaker_model: Id of the catalog's model that it serves.
        sagemaker_mode: How it is called; None: as the catalog says of the model.
        region: AWS region of the endpoint (`AWS_REGION`).
        bucket: S3 bucket of a studio in AWS (`OUT_S3_BUCKET_NAME`).
        records_table: DynamoDB table of a studio in AWS.
        queue_url: SQS queue of the generations to be worked on there.
        dead_letter_queue_url: Where messages end that no worker could take.
        appsync_url: Of its AppSync API, `https://….amazonaws.com/graphql`.
        cognito_user_pool: Id of the Cognito user pool that signs people in,
            instead of the printed link; needs `cognito_client`.
        cognito_client: Id of the studio's application in it, one without a secret.
        cognito_endpoint: Where that pool answers when it is not in AWS, such as
            `http://127.0.0.1:4566`.
        daily_images: Images a user and UTC day; None is no limit.
        daily_images_studio: Images of everybody together; None is no limit.
        running_per_user: Generations of one user that run beside each other.
        workers: Generations that run beside each other in all.
        allowed_hosts: Host names, besides this machine's, that requests may name.
        cors_origins: Origins of other pages that may use the API.
        token_days: How long a sign-in link works.
        user: Whom `up` and the other commands sign in, by name.
    """

    host: str = "127.0.0.1"
    port: Port = 8000
    data_dir: Path = field(default_factory=default_data_dir)
    model_dirs: tuple[Path, ...] = ()
    builtin_model: bool = True
    endpoint_url: Url | None = None
    endpoint_access_key: str | None = field(default=None, repr=False)
    sagemaker_endpoint: str | None = None
    sagemaker_model: str = "stable-diffusion-2-1-base"
    sagemaker_mode: SageMakerMode | None = None
    region: str | None = None
    bucket: str | None = None
    records_table: str | None = None
    queue_url: Url | None = None
    dead_letter_queue_url: Url | None = None
    appsync_url: Url | None = None
    cognito_user_pool: str | None = None
    cognito_client: str | None = None
    cognito_endpoint: str | None = None
    daily_images: Count | None = None
    daily_images_studio: Count | None = None
    running_per_user: AtLeastOne = 4
    workers: AtLeastOne = 1
    allowed_hosts: tuple[str, ...] = ()
    cors_origins: tuple[str, ...] = ()
    token_days: Days = 30
    user: str = "artist"

    @property
    def added_models_dir(self) -> Path:
        """Where `genai-studio models add` keeps what it downloads."""
        return self.data_dir / "models"


def read_settings(environ: Mapping[str, str], **options: object) -> Settings:
    """Settings from the environment, with `options` that are not None on top.

    Raises:
        StudioUnavailable: A value cannot be used; the message names it.
    """
    hints = get_type_hints(Settings, include_extras=True)
    values: dict[str, Any] = {}
    for setting in fields(Settings):
        hint = hints[setting.name]
        option = options.get(setting.name)
        if option is not None:
            name = f"--{setting.name.replace('_', '-')}"
            values[setting.name] = _checked(name, option, hint)
            continue
        for name in (PREFIX + setting.name.upper(), *_AWS_NAMES.get(setting.name, ())):
            text = environ.get(name, "").strip()
            if text:
                values[setting.name] = _parsed(name, text, hint)
                break
    return Settings(**values)


def variable_of(setting: str) -> str:
    """The environment variable that a field is usually set by."""
    return _AWS_NAMES.get(setting, (PREFIX + setting.upper(),))[0]


def _parsed(name: str, text: str, hint: object) -> object:
    if hint is Path:
        return Path(text).expanduser()
    if hint == tuple[Path, ...]:
        return tuple(Path(part).expanduser() for part in text.split(os.pathsep) if part)
    if hint == tuple[str, ...]:
        return tuple(part.strip() for part in text.split(",") if part.strip())
    return _converted(name, text, hint)


def _checked(name: str, option: object, hint: object) -> object:
    return option if hint in _PATHS else _converted(name, option, hint)


def _converted(name: str, value: object, hint: object) -> object:
    try:
        return msgspec.convert(value, hint, strict=False)
    except msgspec.ValidationError as error:
        raise StudioUnavailable(f"{name}={value} cannot be used: {error}.") from None
