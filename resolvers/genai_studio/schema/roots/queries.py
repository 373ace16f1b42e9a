"""The root fields that read."""

from typing import Annotated

import strawberry

from genai_studio.domain.history import HistoryFilter, HistoryQuery
from genai_studio.domain.ids import is_id
from genai_studio.ports import GenerationEvent
from genai_studio.schema.context import StudioInfo
from genai_studio.schema.roots.arguments import GenerationId
from genai_studio.schema.roots.cursor import decode_cursor
from genai_studio.schema.types.catalog import Model
from genai_studio.schema.types.connection import GenerationConnection
from genai_studio.schema.types.generation import Generation
from genai_studio.schema.types.inputs import GenerationFilter
from genai_studio.schema.types.viewer import Quota, Viewer

DEFAULT_PAGE = 24
"""Records on a page when the client does not say."""


@strawberry.type(description="What can be read; all of it is the caller's own.")
class Query:
    @strawberry.field(description="One generation of mine; null when there is none of this id.")
    async def generation(self, info: StudioInfo, id: GenerationId) -> Generation | None:
        if not is_id(id):
            return None
        studio, caller = info.context.studio, info.context.caller
        found = await studio.history.find(caller, id)
        return None if found is None else Generation.of(GenerationEvent(found), info.context.links)

    @strawberry.field(description="My generations, newest first.")
    async def generations(
        self,
        info: StudioInfo,
        first: Annotated[
            int | None, strawberry.argument(description="Records on the page, 1 to 100; 24.")
        ] = strawberry.UNSET,
        after: Annotated[
            str | None, strawberry.argument(description="The cursor to go on after.")
        ] = strawberry.UNSET,
        filter: Annotated[
            GenerationFilter | None, strawberry.argument(description="What to look for.")
        ] = strawberry.UNSET,
    ) -> GenerationConnection:
        studio, caller = info.context.studio, info.context.caller
        query = HistoryQuery(
            filter=filter.conditions() if filter else HistoryFilter(),
            first=DEFAULT_PAGE if first is None or first is strawberry.UNSET else first,
            after=decode_cursor(after) if after else None,
        )
        page = await studio.history.page(caller, query)
        return GenerationConnection.of(page, info.context.links, after=after or None)

    @strawberry.field(description="The models on offer; the first is used by itself.")
    async def models(self, info: StudioInfo) -> list[Model]:
        return [Model.of(model) for model in info.context.studio.catalog.models]

    @strawberry.field(description="Who I am and what is left of my day.")
    async def viewer(self, info: StudioInfo) -> Viewer:
        caller = info.context.caller
        use = await info.context.studio.quota.of(caller)
        return Viewer(
            id=strawberry.ID(caller.owner),
            username=caller.username,
            quota=Quota(limit=use.limit, used=use.used, left=use.left, resets_at=use.resets_at),
        )
