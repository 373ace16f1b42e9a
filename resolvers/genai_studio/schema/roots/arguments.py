"""Arguments that several root fields share, with their descriptions."""

from __future__ import annotations

from typing import Annotated

import strawberry

GenerationId = Annotated[strawberry.ID, strawberry.argument(description="Generation ID.")]
GenerationIds = Annotated[
    list[strawberry.ID], strawberry.argument(description="Generation IDs, at most 100.")
]
