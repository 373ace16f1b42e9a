"""Read the URLs and user pool of a deployed studio from `amplify_outputs.json`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import msgspec

from genai_studio.aws.user_pool import UserPool
from genai_studio.hosts.cli.output.failures import CommandFailed


class _Auth(msgspec.Struct):
    user_pool_id: str
    user_pool_client_id: str


class _Data(msgspec.Struct):
    url: str


class _Studio(msgspec.Struct, rename="camel"):
    user_pool_endpoint: str | None = None


class _Custom(msgspec.Struct):
    http_url: str | None = None
    studio: _Studio | None = None


class _Outputs(msgspec.Struct):
    auth: _Auth
    data: _Data | None = None
    custom: _Custom | None = None


@dataclass(frozen=True, slots=True)
class Deployment:
    """A studio in an AWS account.

    Attributes:
        pool: The user pool for sign-in.
        appsync_url: GraphQL URL of the AppSync API, or None.
        http_url: URL of the API Gateway API, or None.
    """

    pool: UserPool
    appsync_url: str | None
    http_url: str | None


def read_deployment(path: Path) -> Deployment:
    """Read a deployment from an `amplify_outputs.json` file.

    Raises:
        CommandFailed: The file is malformed or describes no user pool.
        OSError: The file cannot be read.
    """
    try:
        outputs = msgspec.json.decode(path.read_bytes(), type=_Outputs)
        studio = outputs.custom.studio if outputs.custom is not None else None
        pool = UserPool(
            outputs.auth.user_pool_id,
            outputs.auth.user_pool_client_id,
            studio.user_pool_endpoint if studio is not None else None,
        )
    except (msgspec.MsgspecError, ValueError) as error:
        raise CommandFailed(f"{path} does not describe a user pool: {error}") from None
    return Deployment(
        pool,
        outputs.data.url if outputs.data is not None else None,
        outputs.custom.http_url if outputs.custom is not None else None,
    )
