"""What every resolver finds in `info.context`."""

from __future__ import annotations

from dataclasses import dataclass

import strawberry

from genai_studio.domain.identity import Caller
from genai_studio.services.studio import Studio


@dataclass(slots=True)
class StudioContext:
    """One request's caller and the services; there is no request without a caller.

    Attributes:
        caller: Whoever's token the host verified before anything was executed.
        may_publish: Whether the host is the studio's own publisher (IAM).
    """

    studio: Studio
    caller: Caller
    may_publish: bool = False


StudioInfo = strawberry.Info[StudioContext, None]
