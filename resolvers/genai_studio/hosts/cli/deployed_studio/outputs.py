"""Read what the checks need from `amplify_outputs.json`."""

from __future__ import annotations

from pathlib import Path

import msgspec

from genai_studio.hosts.cli.output.failures import CommandFailed


class Auth(msgspec.Struct):
    """The user pool."""

    aws_region: str
    user_pool_id: str
    user_pool_client_id: str


class Data(msgspec.Struct):
    """The AppSync API."""

    url: str


class Storage(msgspec.Struct):
    """The bucket of images."""

    bucket_name: str
    aws_region: str


class Custom(msgspec.Struct):
    """Everything else.

    Attributes:
        endpoint: Name of the SageMaker endpoint. None: the studio uses none.
        daily_images_studio: The studio's limit of images per UTC day. None: a deployment
            before this output.
        worker_concurrency: Maximum number of concurrent workers. None: as above.
    """

    http_url: str
    page_url: str
    records_table: str
    endpoint: str | None = None
    daily_images_studio: int | None = None
    worker_concurrency: int | None = None


class Outputs(msgspec.Struct):
    """A deployed studio."""

    auth: Auth
    data: Data
    storage: Storage
    custom: Custom

    @property
    def region(self) -> str:
        """The AWS region of the studio."""
        return self.auth.aws_region


def read_outputs(path: Path) -> Outputs:
    """Read the outputs of a deployment.

    Raises:
        CommandFailed: The file cannot be read, or lacks an entry.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=Outputs)
    except OSError as error:
        raise CommandFailed(
            f"{path} cannot be read ({error.strerror}). `make deploy` writes it; `--outputs` names"
            " another path."
        ) from None
    except msgspec.MsgspecError as error:
        raise CommandFailed(
            f"{path} does not describe a deployed studio: {error}. The file that the page"
            " publishes has only a part of it; use the one that `make deploy` wrote."
        ) from None
