"""What every resolver finds in `info.context`."""

from __future__ import annotations

from dataclasses import dataclass

import strawberry

from genai_studio.domain.identity import Caller
from genai_studio.schema.links import Links
from genai_studio.services.studio import Studio


@dataclass(slots=True)
class StudioContext:
    """One request's caller and the services; there is no request without a caller.

    Attributes:
        caller: Whoever's token the host verified before anything was executed.
        base_url: See `Links`.
    """

    studio: Studio
    caller: Caller
    base_url: str = ""

    @property
    def links(self) -> Links:
        """Signs links to pictures for this client."""
        return Links(self.studio.images, self.base_url)


StudioInfo = strawberry.Info[StudioContext, None]
