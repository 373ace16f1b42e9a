"""A `ports.Identity` with fixed tokens."""

from __future__ import annotations

from genai_studio.domain.errors import Unauthenticated
from genai_studio.domain.identity import Caller
from genai_studio.ports import Identity
from tests.builders import ALICE, BOB, a_caller

ALICES_TOKEN = "alices-token"
BOBS_TOKEN = "bobs-token"


class FakeIdentity(Identity):
    """Accepts the tokens of Alice and Bob, and those that tests add.

    Attributes:
        tokens: The caller of each token, or the exception that `verify` raises.
        verified: The tokens passed to `verify`.
    """

    def __init__(self) -> None:
        self.tokens: dict[str, Caller | Exception] = {
            ALICES_TOKEN: a_caller(ALICE),
            BOBS_TOKEN: a_caller(BOB, username="bob"),
        }
        self.verified: list[str] = []

    async def verify(self, token: str) -> Caller:
        self.verified.append(token)
        result = self.tokens.get(token, Unauthenticated("Invalid token."))
        if isinstance(result, Exception):
            raise result
        return result
