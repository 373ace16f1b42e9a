"""The Cognito user pool that the settings name."""

from __future__ import annotations

from genai_studio.aws.user_pool import UserPool
from genai_studio.domain.errors import StudioUnavailable
from genai_studio.settings import Settings


def user_pool(settings: Settings) -> UserPool | None:
    """The pool, and the application in it; None where none is named.

    Raises:
        StudioUnavailable: One is named without the other, or cannot be.
    """
    pool, client = settings.cognito_user_pool, settings.cognito_client
    if pool is None and client is None:
        return None
    if pool is None or client is None:
        raise StudioUnavailable(
            "Signing in at Cognito needs both GENAI_STUDIO_COGNITO_USER_POOL and "
            "GENAI_STUDIO_COGNITO_CLIENT."
        )
    endpoint = settings.cognito_endpoint
    try:
        return UserPool(pool, client, endpoint.rstrip("/") if endpoint else None)
    except ValueError as error:
        raise StudioUnavailable(f"The Cognito user pool cannot be used: {error}") from None
