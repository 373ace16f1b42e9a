"""Read the Cognito user pool from the settings."""

from __future__ import annotations

from genai_studio.aws.user_pool import UserPool
from genai_studio.domain.errors import StudioUnavailable
from genai_studio.settings import Settings


def user_pool(settings: Settings) -> UserPool | None:
    """Return the user pool and its client. None if none is configured.

    Raises:
        StudioUnavailable: Only one of the two is set, or one is invalid.
    """
    pool, client = settings.cognito_user_pool, settings.cognito_client
    if pool is None and client is None:
        return None
    if pool is None or client is None:
        raise StudioUnavailable(
            "Cognito sign-in requires both GENAI_STUDIO_COGNITO_USER_POOL and "
            "GENAI_STUDIO_COGNITO_CLIENT."
        )
    endpoint = settings.cognito_endpoint
    try:
        return UserPool(pool, client, endpoint.rstrip("/") if endpoint else None)
    except ValueError as error:
        raise StudioUnavailable(f"Invalid Cognito user pool: {error}") from None
