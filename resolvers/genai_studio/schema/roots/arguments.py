"""Arguments that several root fields share, with their descriptions."""

from __future__ import annotations

from typing import Annotated

import strawberry

GenerationId = Annotated[strawberry.ID, strawberry.argument(description="Id of a generation.")]
GenerationIds = Annotated[
    list[strawberry.ID], strawberry.argument(description="Ids of generations, at most 100.")
]
