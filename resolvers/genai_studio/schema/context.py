"""The value of `info.context` in every resolver."""

from __future__ import annotations

from dataclasses import dataclass

import strawberry

from genai_studio.domain.identity import Caller
from genai_studio.ports import IsCanceled
from genai_studio.schema.image_links import ImageLinks
from genai_studio.services.studio import Studio


def _never() -> bool:
    return False


@dataclass(slots=True)
class StudioContext:
    """The services and the authenticated caller of one request.

    Attributes:
        studio: The services.
        caller: The caller whose token the host verified before execution.
        base_url: See `ImageLinks`.
        client_disconnected: Whether the client has disconnected. Always false on
            hosts that cannot detect it.
    """

    studio: Studio
    caller: Caller
    base_url: str = ""
    client_disconnected: IsCanceled = _never

    @property
    def links(self) -> ImageLinks:
        """Return the signer of image links for this client."""
        return ImageLinks(self.studio.images, self.base_url)


StudioInfo = strawberry.Info[StudioContext, None]
