"""Authentication of callers by the Authorization header."""

from __future__ import annotations

from genai_studio.domain.errors import Unauthenticated
from genai_studio.domain.identity import Caller
from genai_studio.ports import Identity

SCHEME = "bearer"


async def authenticate(
    authorization: str | None, identity: Identity, *, allow_bare_token: bool = False
) -> Caller:
    """Verify the access token and return its caller.

    Args:
        authorization: `Bearer TOKEN`, or None if the header is missing.
        identity: Verifies the token.
        allow_bare_token: Whether to accept `TOKEN` without the scheme.

    Raises:
        Unauthenticated: The token is missing, invalid or expired.
        StudioUnavailable: The token cannot be verified at the moment.
    """
    words = (authorization or "").split()
    if len(words) == 2 and words[0].lower() == SCHEME:
        return await identity.verify(words[1])
    if allow_bare_token and len(words) == 1:
        return await identity.verify(words[0])
    raise Unauthenticated("Missing access token. Send the header `Authorization: Bearer TOKEN`.")
