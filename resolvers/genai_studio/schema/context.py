"""What every resolver finds in `info.context`."""

from __future__ import annotations

from dataclasses import dataclass

import strawberry

from genai_studio.domain.identity import Caller
from genai_studio.ports import IsCanceled
from genai_studio.schema.roots.links import Links
from genai_studio.services.studio import Studio


def _never() -> bool:
    return False


@dataclass(slots=True)
class StudioContext:
    """One request's caller and the services; there is no request without a caller.

    Attributes:
        caller: Whoever's token the host verified before anything was executed.
        base_url: See `Links`.
        abandoned: Whether nobody waits for the answer any more, where the host
            can tell.
    """

    studio: Studio
    caller: Caller
    base_url: str = ""
    abandoned: IsCanceled = _never

    @property
    def links(self) -> Links:
        """Signs links to images for this client."""
        return Links(self.studio.images, self.base_url)


StudioInfo = strawberry.Info[StudioContext, None]
