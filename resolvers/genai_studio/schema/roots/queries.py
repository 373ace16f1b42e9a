"""The queries."""

from typing import Annotated

import strawberry

from genai_studio.domain.errors import ImageMissing
from genai_studio.domain.history import HistoryFilter, HistoryQuery
from genai_studio.domain.ids import is_id
from genai_studio.ports import GenerationEvent
from genai_studio.schema.context import StudioInfo
from genai_studio.schema.roots.arguments import GenerationId
from genai_studio.schema.types.board import Board
from genai_studio.schema.types.catalog import Model
from genai_studio.schema.types.connection import GenerationConnection
from genai_studio.schema.types.credentials import ImageCredentials
from genai_studio.schema.types.cursor import decode_cursor
from genai_studio.schema.types.generation import Generation
from genai_studio.schema.types.inputs import GenerationFilter
from genai_studio.schema.types.viewer import Quota, Viewer

DEFAULT_PAGE_SIZE = 24


@strawberry.type(description="Queries. Each returns only the caller's own data.")
class Query:
    @strawberry.field(
        description="One of the caller's generations; null if none of them has this ID."
    )
    async def generation(self, info: StudioInfo, id: GenerationId) -> Generation | None:
        if not is_id(id):
            return None
        studio, caller = info.context.studio, info.context.caller
        await info.context.take_turn()
        record = await studio.history.find(caller, id)
        if record is None:
            return None
        return Generation.from_event(GenerationEvent(record), info.context.links)

    @strawberry.field(description="The caller's generations, newest first.")
    async def generations(
        self,
        info: StudioInfo,
        first: Annotated[
            int | None, strawberry.argument(description="Page size, 1 to 100. Defaults to 24.")
        ] = strawberry.UNSET,
        after: Annotated[
            str | None, strawberry.argument(description="Return generations after this cursor.")
        ] = strawberry.UNSET,
        filter: Annotated[
            GenerationFilter | None,
            strawberry.argument(description="Conditions that generations must meet."),
        ] = strawberry.UNSET,
    ) -> GenerationConnection:
        studio, caller = info.context.studio, info.context.caller
        query = HistoryQuery(
            filter=filter.to_domain() if filter else HistoryFilter(),
            first=DEFAULT_PAGE_SIZE if first is None or first is strawberry.UNSET else first,
            after=decode_cursor(after) if after else None,
        )
        await info.context.take_turn()
        page = await studio.history.page(caller, query)
        await info.context.take_turn()
        return GenerationConnection.from_page(page, info.context.links, after=after or None)

    @strawberry.field(description="The caller's boards, by name.")
    async def boards(self, info: StudioInfo) -> list[Board]:
        caller = info.context.caller
        await info.context.take_turn()
        return [
            Board.from_domain(board) for board in await info.context.studio.boards.find_all(caller)
        ]

    @strawberry.field(
        description="Validate the signature (C2PA) of one of the caller's images as it is stored "
        "now; null if the caller has no such image."
    )
    async def image_credentials(
        self,
        info: StudioInfo,
        id: Annotated[strawberry.ID, strawberry.argument(description="ID of the image.")],
    ) -> ImageCredentials | None:
        check = info.context.studio.credentials
        image = await check.find(info.context.caller, id)
        if image is None:
            return None
        try:
            return ImageCredentials.from_port(id, await check.validate(image))
        except ImageMissing:
            return None

    @strawberry.field(description="The available models. The first entry is the default.")
    async def models(self, info: StudioInfo) -> list[Model]:
        return [Model.from_domain(model) for model in info.context.studio.catalog.models]

    @strawberry.field(description="The caller and their remaining quota.")
    async def viewer(self, info: StudioInfo) -> Viewer:
        caller = info.context.caller
        await info.context.take_turn()
        use = await info.context.studio.quota.usage(caller)
        return Viewer(
            id=strawberry.ID(caller.owner),
            username=caller.username,
            quota=Quota(
                limit=use.limit,
                used=use.used,
                left=use.left,
                resets_at=use.resets_at,
                unfinished_limit=use.unfinished_limit,
            ),
        )
