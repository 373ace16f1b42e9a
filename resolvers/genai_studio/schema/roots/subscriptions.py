"""The subscription."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Annotated

import strawberry

from genai_studio.domain.errors import StudioUnavailable
from genai_studio.ports import GenerationEvent
from genai_studio.schema.context import StudioContext, StudioInfo
from genai_studio.schema.directives import AwsSubscribe
from genai_studio.schema.types.generation import Generation


@strawberry.type(description="Subscriptions. Each delivers only the caller's own data.")
class Subscription:
    @strawberry.subscription(
        description="Every change and all progress of one of the caller's generations, or of all "
        "of them if `id` is omitted. Subscribe first, then query: no change is missed.",
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
        generation_id = None if id is strawberry.UNSET else id
        if studio.subscriptions is None:
            raise StudioUnavailable(
                "This host does not serve subscriptions. Subscribe at the AppSync API."
            )
        async with aclosing(studio.subscriptions.subscribe(caller, generation_id)) as events:
            async for event in events:
                yield await _generation(event, info.context)


async def _generation(event: GenerationEvent, context: StudioContext) -> Generation:
    """Return the generation of an event; the same object for all sockets of a client's URL."""

    async def convert() -> Generation:
        await context.take_turn()
        return Generation.from_event(event, context.links)

    return await context.shared.once(event, context.base_url, convert)
