"""What mutations answer: the object, and what kept it from being changed."""

import strawberry

from genai_studio.schema.types.generation import Generation
from genai_studio.schema.types.user_error import UserError

_ERRORS = "Empty when the request was carried out."


@strawberry.type(description="The answer to generateImage and retryGeneration.")
class GenerateImagePayload:
    generation: Generation | None = strawberry.field(description="The accepted generation.")
    user_errors: list[UserError] = strawberry.field(description=_ERRORS)


@strawberry.type(description="The answer to cancelGeneration.")
class CancelGenerationPayload:
    generation: Generation | None = strawberry.field(description="The canceled generation.")
    user_errors: list[UserError] = strawberry.field(description=_ERRORS)


@strawberry.type(description="The answer to changes of several generations at once.")
class GenerationsPayload:
    generations: list[Generation] = strawberry.field(
        description="Those that were changed, or were so already, in the order asked for."
    )
    user_errors: list[UserError] = strawberry.field(description=_ERRORS)


@strawberry.type(description="The answer to purgeGenerations.")
class PurgeGenerationsPayload:
    purged_ids: list[strawberry.ID] = strawberry.field(description="Those that are gone for good.")
    user_errors: list[UserError] = strawberry.field(description=_ERRORS)


@strawberry.type(description="A quick low-step image that is stored nowhere.")
class Draft:
    data_url: str = strawberry.field(description="A small WebP as a data: URL.")
    width: int = strawberry.field(description="Pixels of the WebP.")
    height: int = strawberry.field(description="Pixels of the WebP.")
    seed: int = strawberry.field(description="The seed: generateImage with it draws the same.")


@strawberry.type(description="The answer to draftImage.")
class DraftImagePayload:
    draft: Draft | None = strawberry.field(description="The draft.")
    user_errors: list[UserError] = strawberry.field(description=_ERRORS)
