"""Payloads of the mutations: the changed objects and the expected errors."""

import strawberry

from genai_studio.schema.types.generation import Generation
from genai_studio.schema.types.user_error import UserError

_ERRORS = "Why the request was rejected; empty on success."


@strawberry.type(description="Payload of generateImage and retryGeneration.")
class GenerateImagePayload:
    generation: Generation | None = strawberry.field(
        description="The new generation; null if rejected."
    )
    user_errors: list[UserError] = strawberry.field(description=_ERRORS)


@strawberry.type(description="Payload of cancelGeneration.")
class CancelGenerationPayload:
    generation: Generation | None = strawberry.field(
        description="The canceled generation; null if rejected."
    )
    user_errors: list[UserError] = strawberry.field(description=_ERRORS)


@strawberry.type(description="Payload of mutations that change several generations.")
class GenerationsPayload:
    generations: list[Generation] = strawberry.field(
        description="The changed or already matching generations, in the given order."
    )
    user_errors: list[UserError] = strawberry.field(description=_ERRORS)


@strawberry.type(description="Payload of purgeGenerations.")
class PurgeGenerationsPayload:
    purged_ids: list[strawberry.ID] = strawberry.field(
        description="IDs of the deleted generations."
    )
    user_errors: list[UserError] = strawberry.field(description=_ERRORS)


@strawberry.type(description="A quick preview image that is not stored.")
class Draft:
    data_url: str = strawberry.field(description="A small WebP as a `data:` URL.")
    width: int = strawberry.field(description="Width of the WebP in pixels.")
    height: int = strawberry.field(description="Height of the WebP in pixels.")
    seed: int = strawberry.field(
        description="Seed. Pass it to generateImage for the same composition."
    )


@strawberry.type(description="Payload of draftImage.")
class DraftImagePayload:
    draft: Draft | None = strawberry.field(description="The draft; null if rejected.")
    user_errors: list[UserError] = strawberry.field(description=_ERRORS)
