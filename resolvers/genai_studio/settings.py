"""All settings of the studio.

The environment variable of a field is its name in capitals with the prefix
`GENAI_STUDIO_`, such as `GENAI_STUDIO_PORT`. Lists are separated by commas,
paths by the system's path separator. Some fields also have the variables common
in SageMaker deployments: `AWS_SM_EP`, `AWS_REGION` (or `AWS_DEFAULT_REGION`)
and `OUT_S3_BUCKET_NAME`. Command line options override the environment.
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
Unfinished = Annotated[int, msgspec.Meta(ge=1, le=1000)]
Days = Annotated[int, msgspec.Meta(ge=1, le=3650)]
BasePath = Annotated[str, msgspec.Meta(pattern=r"^(/[A-Za-z0-9._~-]+)*$")]
Url = Annotated[str, msgspec.Meta(pattern="^https?://")]
Producer = Annotated[str, msgspec.Meta(pattern=r"^[\x21\x23-\x5b\x5d-\x7e]{1,200}$")]
"""Printable ASCII without spaces, quotes and backslashes, as GB 45438-2025 requires."""


class SageMakerMode(StrEnum):
    """How the endpoint in AWS responds: in one response, as a stream, or asynchronously."""

    REAL_TIME = "real-time"
    STREAMING = "streaming"
    ASYNC = "async"


class DownloadLabel(StrEnum):
    """Language of the visible label on downloaded images."""

    OFF = "off"
    EN = "en"
    ZH = "zh"


_PATHS: tuple[object, ...] = (Path, Path | None, tuple[Path, ...])


def default_data_dir() -> Path:
    """Return the operating system's directory for user data of this application."""
    return Path(platformdirs.user_data_dir("genai-studio", appauthor=False))


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Settings of a studio.

    Attributes:
        host: Address to listen on. 127.0.0.1 accepts only local connections.
        port: TCP port. 0 selects a free port.
        data_dir: Directory for all data of a studio on one machine.
        model_dirs: Additional models: diffusers folders or `.safetensors` files.
        builtin_model: Whether to offer the built-in model.
        endpoint_url: URL of an external inference server, used instead of a
            child process. It must serve the endpoint `builtin`.
        endpoint_access_key: Access key of that server, if it requires one.
        sagemaker_endpoint: Name of an endpoint in AWS (`AWS_SM_EP`), or
            `ENDPOINT/COMPONENT` for an inference component.
        catalog: TOML file with more models, or with other entries for shipped ones.
        sagemaker_model: ID of the model in the catalog that the endpoint serves.
        sagemaker_mode: How the endpoint responds. None uses the catalog's value.
        bedrock_model: ID of a model in Amazon Bedrock, such as
            `stability.sd3-5-large-v1:0`, to offer instead of an endpoint.
        bedrock_region: AWS region in which Bedrock is called. It may differ from `region`.
        region: AWS region of the endpoint (`AWS_REGION`).
        bucket: S3 bucket of a studio in AWS (`OUT_S3_BUCKET_NAME`).
        records_table: DynamoDB table of a studio in AWS.
        queue_url: URL of the SQS queue of generations.
        dead_letter_queue_url: URL of the dead-letter queue.
        signing_key: ID or ARN of the KMS key that signs images in AWS.
        appsync_url: URL of the AppSync API, `https://….amazonaws.com/graphql`.
        cognito_user_pool: ID of a Cognito user pool for sign-in, instead of the
            printed link. Requires `cognito_client`.
        cognito_client: ID of a client of the user pool, without a secret.
        cognito_endpoint: URL of the user pool if it is not in AWS, such as
            `http://127.0.0.1:4566`.
        daily_images: Maximum images per user and UTC day. None means no limit.
        daily_images_studio: Maximum images of all users per UTC day. None means no limit.
        unfinished_per_user: Maximum queued and running generations per user.
        running_per_user: Maximum concurrent generations per user.
        workers: Maximum concurrent generations.
        allowed_hosts: Additional host names that requests may use.
        base_path: Path of the studio behind a reverse proxy, such as `/studio`.
        trusted_proxies: Addresses and networks of reverse proxies whose
            `X-Forwarded-Proto`, `-Host` and `-For` headers are used.
        cors_origins: Origins of other pages that may use the API.
        content_producer: `ContentProducer` of the AIGC label (GB 45438-2025): the name
            or code of who provides the studio to its users.
        download_label: Visible label on downloaded images: “AI generated” or “AI生成”.
        token_days: Lifetime of a sign-in link in days.
        user: Username for sign-in from the command line.
    """

    host: str = "127.0.0.1"
    port: Port = 8000
    data_dir: Path = field(default_factory=default_data_dir)
    model_dirs: tuple[Path, ...] = ()
    builtin_model: bool = True
    endpoint_url: Url | None = None
    endpoint_access_key: str | None = field(default=None, repr=False)
    sagemaker_endpoint: str | None = None
    catalog: Path | None = None
    sagemaker_model: str = "stable-diffusion-2-1-base"
    sagemaker_mode: SageMakerMode | None = None
    bedrock_model: str | None = None
    bedrock_region: str = "us-west-2"
    region: str | None = None
    bucket: str | None = None
    records_table: str | None = None
    queue_url: Url | None = None
    dead_letter_queue_url: Url | None = None
    signing_key: str | None = None
    appsync_url: Url | None = None
    cognito_user_pool: str | None = None
    cognito_client: str | None = None
    cognito_endpoint: str | None = None
    daily_images: Count | None = None
    daily_images_studio: Count | None = None
    unfinished_per_user: Unfinished = 100
    running_per_user: AtLeastOne = 4
    workers: AtLeastOne = 1
    allowed_hosts: tuple[str, ...] = ()
    base_path: BasePath = ""
    trusted_proxies: tuple[str, ...] = ()
    cors_origins: tuple[str, ...] = ()
    content_producer: Producer = "genai-studio"
    download_label: DownloadLabel = DownloadLabel.OFF
    token_days: Days = 30
    user: str = "artist"

    @property
    def added_models_dir(self) -> Path:
        """The directory for models installed by `genai-studio models add`."""
        return self.data_dir / "models"


def read_settings(environ: Mapping[str, str], **options: object) -> Settings:
    """Read settings from the environment. `options` that are not None override it.

    Raises:
        StudioUnavailable: A value is invalid. The message names the variable or option.
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
    """Return the environment variable of a field."""
    return _AWS_NAMES.get(setting, (PREFIX + setting.upper(),))[0]


def _parsed(name: str, text: str, hint: object) -> object:
    if hint in (Path, Path | None):
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
        raise StudioUnavailable(f"Invalid value {name}={value}: {error}.") from None
