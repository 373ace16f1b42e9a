"""`ports.Identity` that knows a few tokens by heart."""

from __future__ import annotations

from genai_studio.domain.errors import Unauthenticated
from genai_studio.domain.identity import Caller
from genai_studio.ports import Identity
from tests.builders import ALICE, BOB, a_caller

ALICES_TOKEN = "alices-token"
BOBS_TOKEN = "bobs-token"


class FakeIdentity(Identity):
    """Alice's and Bob's tokens are good; tests may add others.

    Attributes:
        tokens: Who each token speaks for, or what verifying it raises.
        verified: Every token that was presented.
    """

    def __init__(self) -> None:
        self.tokens: dict[str, Caller | Exception] = {
            ALICES_TOKEN: a_caller(ALICE),
            BOBS_TOKEN: a_caller(BOB, username="bob"),
        }
        self.verified: list[str] = []

    async def verify(self, token: str) -> Caller:
        self.verified.append(token)
        known = self.tokens.get(token, Unauthenticated("Invalid token."))
        if isinstance(known, Exception):
            raise known
        return known
