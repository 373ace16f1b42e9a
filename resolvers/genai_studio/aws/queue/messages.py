"""The messages of the queue: the address of a generation, and nothing else.

The pipe makes them of the table's stream (`inputTemplate` of
`infra/pipeline.json`), the worker makes them of waits.
"""

from __future__ import annotations

import msgspec

from genai_studio.domain.errors import StudioError
from genai_studio.domain.generation import GenerationRef
from genai_studio.domain.identity import Owner
from genai_studio.domain.ids import is_id


class NoGeneration(StudioError):
    """A message that names no generation."""


class _Body(msgspec.Struct):
    owner: str
    id: str


_decoder = msgspec.json.Decoder(_Body)


def write(ref: GenerationRef) -> str:
    """The body of a message."""
    return msgspec.json.encode(_Body(ref.owner, ref.id)).decode()


def read(body: str) -> GenerationRef:
    """The generation that a message names.

    Raises:
        NoGeneration: It names none.
    """
    try:
        named = _decoder.decode(body)
    except (msgspec.MsgspecError, UnicodeEncodeError):
        raise NoGeneration("The message is none of the studio's.") from None
    if not named.owner or not is_id(named.id):
        raise NoGeneration("The message names no generation.")
    return GenerationRef(Owner(named.owner), named.id)
