"""From the text of an Authorization header to the caller."""

from __future__ import annotations

from genai_studio.domain.errors import Unauthenticated
from genai_studio.domain.identity import Caller
from genai_studio.ports import Identity

SCHEME = "bearer"


async def caller_of(authorization: str | None, identity: Identity, *, bare: bool = False) -> Caller:
    """Whoever the token speaks for.

    Args:
        authorization: `Bearer TOKEN`, or None when nothing was sent.
        bare: Whether the token alone will do as well.

    Raises:
        Unauthenticated: There is no token, or it is not a good one.
        StudioUnavailable: Whether it is good cannot be found out now.
    """
    words = (authorization or "").split()
    if len(words) == 2 and words[0].lower() == SCHEME:
        return await identity.verify(words[1])
    if bare and len(words) == 1:
        return await identity.verify(words[0])
    raise Unauthenticated("Send an access token: Authorization: Bearer TOKEN.")
