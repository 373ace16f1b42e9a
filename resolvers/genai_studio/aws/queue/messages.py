"""Encode and decode queue messages. A message holds a generation's owner and ID only.

The pipe creates messages from the table's change stream (`inputTemplate` in
`infra/pipeline.json`). The worker creates them for delayed retries.
"""

from __future__ import annotations

import msgspec

from genai_studio.domain.errors import StudioError
from genai_studio.domain.generation import GenerationRef
from genai_studio.domain.identity import Owner
from genai_studio.domain.ids import is_id


class InvalidMessage(StudioError):
    """The message does not name a generation."""


class _Body(msgspec.Struct):
    owner: str
    id: str


_decoder = msgspec.json.Decoder(_Body)


def encode(ref: GenerationRef) -> str:
    """Return the body of a message for a generation."""
    return msgspec.json.encode(_Body(ref.owner, ref.id)).decode()


def decode(body: str) -> GenerationRef:
    """Return the generation that a message body names.

    Raises:
        InvalidMessage: The body is malformed.
    """
    try:
        content = _decoder.decode(body)
    except (msgspec.MsgspecError, UnicodeEncodeError):
        raise InvalidMessage("The message is not a JSON object with `owner` and `id`.") from None
    if not content.owner or not is_id(content.id):
        raise InvalidMessage("The message does not name a valid generation.")
    return GenerationRef(Owner(content.owner), content.id)
