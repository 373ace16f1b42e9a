"""The root field that pushes."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Annotated

import strawberry

from genai_studio.domain.errors import StudioUnavailable
from genai_studio.schema.context import StudioInfo
from genai_studio.schema.directives import AwsSubscribe
from genai_studio.schema.types.generation import Generation


@strawberry.type(description="What is pushed; all of it is the caller's own.")
class Subscription:
    @strawberry.subscription(
        description="Every change of a generation of mine, and its progress; of all of mine "
        "without an id. Subscribe first, then query a snapshot: nothing is lost.",
        directives=[AwsSubscribe(mutations=["publishGeneration"])],
    )
    async def generation_updated(
        self,
        info: StudioInfo,
        id: Annotated[
            strawberry.ID | None, strawberry.argument(description="Only this generation.")
        ] = strawberry.UNSET,
    ) -> AsyncIterator[Generation | None]:
        studio, caller = info.context.studio, info.context.caller
        wanted = None if id is strawberry.UNSET else id
        if studio.subscriptions is None:
            raise StudioUnavailable("Subscribe at the AppSync API.")
        async with aclosing(studio.subscriptions.subscribe(caller, wanted)) as events:
            async for event in events:
                yield Generation.of(event, info.context.links)
