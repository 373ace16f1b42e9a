"""The value of `info.context` in every resolver."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import strawberry

from genai_studio.domain.identity import Caller
from genai_studio.ports import IsCanceled
from genai_studio.schema.image_links import ImageLinks
from genai_studio.schema.shared_work import SharedWork
from genai_studio.services.studio import Studio


def _never() -> bool:
    return False


async def _at_once() -> None:
    return None


@dataclass(slots=True)
class StudioContext:
    """The services and the authenticated caller of one request.

    Attributes:
        studio: The services.
        caller: The caller whose token the host verified before execution.
        base_url: See `ImageLinks`.
        client_disconnected: Whether the client has disconnected. Always false on
            hosts that cannot detect it.
        take_turn: Call it before a piece of work that takes long: reading or converting
            a page, or executing an event. It waits while others have precedence; at
            once on hosts that serve one request at a time.
        shared: What the subscriptions of the host share.
    """

    studio: Studio
    caller: Caller
    base_url: str = ""
    client_disconnected: IsCanceled = _never
    take_turn: Callable[[], Awaitable[None]] = _at_once
    shared: SharedWork = field(default_factory=SharedWork)

    @property
    def links(self) -> ImageLinks:
        """Return the signer of image links for this client."""
        return ImageLinks(self.studio.images, self.base_url)


StudioInfo = strawberry.Info[StudioContext, None]
