"""User pools and users in ministack."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from genai_studio.aws.user_pool import UserPool
from tests.servers.processes.clients import client
from tests.servers.processes.ministack import MINISTACK
from tests.servers.processes.running import url_of
from tests.servers.processes.server import REGION

PASSWORD = "Correct-Horse-7"


@dataclass(frozen=True)
class Tokens:
    """The tokens that Cognito returns on sign-in."""

    access: str
    id: str
    refresh: str


def a_user_pool(region: str = REGION) -> UserPool:
    """Create a user pool with one app client."""
    pool = _cognito(region).create_user_pool(PoolName=f"pool-{uuid.uuid4().hex}")
    pool_id: str = pool["UserPool"]["Id"]
    return UserPool(pool_id, an_application(pool_id), url_of(MINISTACK))


def an_application(pool_id: str) -> str:
    """Create another app client in a pool and return its ID."""
    created = _cognito(pool_id.partition("_")[0]).create_user_pool_client(
        UserPoolId=pool_id,
        ClientName=uuid.uuid4().hex,
        ExplicitAuthFlows=[
            "ALLOW_USER_SRP_AUTH",
            "ALLOW_ADMIN_USER_PASSWORD_AUTH",
            "ALLOW_REFRESH_TOKEN_AUTH",
        ],
    )
    client_id: str = created["UserPoolClient"]["ClientId"]
    return client_id


def sign_in(pool: UserPool, username: str, *, client_id: str | None = None) -> Tokens:
    """Sign in a user, and create the user first if needed."""
    cognito = _cognito(pool.region)
    try:
        cognito.admin_get_user(UserPoolId=pool.pool_id, Username=username)
    except cognito.exceptions.UserNotFoundException:
        cognito.admin_create_user(UserPoolId=pool.pool_id, Username=username)
        cognito.admin_set_user_password(
            UserPoolId=pool.pool_id, Username=username, Password=PASSWORD, Permanent=True
        )
    response = cognito.admin_initiate_auth(
        UserPoolId=pool.pool_id,
        ClientId=client_id or pool.client_id,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": username, "PASSWORD": PASSWORD},
    )["AuthenticationResult"]
    return Tokens(response["AccessToken"], response["IdToken"], response["RefreshToken"])


def _cognito(region: str) -> Any:
    return client("cognito-idp", MINISTACK, region=region)
