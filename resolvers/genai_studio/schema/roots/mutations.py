"""The root fields that change something. Expected failures are data."""

from typing import Annotated

import strawberry

from genai_studio.domain.errors import ErrorCode, Problem, Refused
from genai_studio.domain.generation import Generation as Record
from genai_studio.ports import GenerationEvent
from genai_studio.schema.context import StudioInfo
from genai_studio.schema.directives import AwsIam
from genai_studio.schema.errors import Forbidden
from genai_studio.schema.roots.arguments import GenerationId, GenerationIds
from genai_studio.schema.scalars import Json
from genai_studio.schema.types.generation import Generation
from genai_studio.schema.types.inputs import DraftImageInput, GenerateImageInput
from genai_studio.schema.types.payloads import (
    CancelGenerationPayload,
    Draft,
    DraftImagePayload,
    GenerateImagePayload,
    GenerationsPayload,
    PurgeGenerationsPayload,
)
from genai_studio.schema.types.user_error import UserError


@strawberry.type(description="What can be changed; all of it is the caller's own.")
class Mutation:
    @strawberry.mutation(
        description="Accept a request for images. Answers at once; generationUpdated tells "
        "how it goes on."
    )
    async def generate_image(
        self,
        info: StudioInfo,
        input: Annotated[
            GenerateImageInput, strawberry.argument(description="What to draw, and how.")
        ],
    ) -> GenerateImagePayload:
        context = info.context
        try:
            record = await context.studio.submit.generate(
                context.caller, input.to_domain(), input.client_request_id or None
            )
        except Refused as refused:
            return GenerateImagePayload(generation=None, user_errors=UserError.all_of(refused))
        return GenerateImagePayload(generation=_shown(info, record), user_errors=[])

    @strawberry.mutation(
        description="Draw a quick preview with a FAST model: stored nowhere, not counted, and "
        "given up as soon as you ask for another."
    )
    async def draft_image(
        self,
        info: StudioInfo,
        input: Annotated[DraftImageInput, strawberry.argument(description="What to draw.")],
    ) -> DraftImagePayload:
        context = info.context
        try:
            if context.studio.draft is None:
                raise _no_drafts()
            draft = await context.studio.draft.draw(
                context.caller, input.to_domain(), context.abandoned
            )
        except Refused as refused:
            return DraftImagePayload(draft=None, user_errors=UserError.all_of(refused))
        return DraftImagePayload(
            draft=Draft(
                data_url=draft.data_url, width=draft.width, height=draft.height, seed=draft.seed
            ),
            user_errors=[],
        )

    @strawberry.mutation(description="Stop a generation that has not come to its end.")
    async def cancel_generation(
        self, info: StudioInfo, id: GenerationId
    ) -> CancelGenerationPayload:
        context = info.context
        try:
            record = await context.studio.cancel.cancel(context.caller, id)
        except Refused as refused:
            return CancelGenerationPayload(generation=None, user_errors=UserError.all_of(refused))
        return CancelGenerationPayload(generation=_shown(info, record), user_errors=[])

    @strawberry.mutation(
        description="Make a FAILED or CANCELED generation again: a new one, with the old as its "
        "parent."
    )
    async def retry_generation(
        self,
        info: StudioInfo,
        id: GenerationId,
        client_request_id: Annotated[
            str | None, strawberry.argument(description="A key of yours, as for generateImage.")
        ] = strawberry.UNSET,
    ) -> GenerateImagePayload:
        context = info.context
        try:
            record = await context.studio.submit.retry(
                context.caller, id, client_request_id or None
            )
        except Refused as refused:
            return GenerateImagePayload(generation=None, user_errors=UserError.all_of(refused))
        return GenerateImagePayload(generation=_shown(info, record), user_errors=[])

    @strawberry.mutation(description="Mark generations as favorites, or take the mark away.")
    async def set_favorite(
        self,
        info: StudioInfo,
        ids: GenerationIds,
        value: Annotated[
            bool, strawberry.argument(description="True marks, false takes the mark away.")
        ],
    ) -> GenerationsPayload:
        context = info.context
        changed = await context.studio.history.set_favorite(context.caller, tuple(ids), value)
        return _shown_all(info, changed.generations, changed.problems)

    @strawberry.mutation(
        description="Put generations into the trash; unfinished ones are canceled first."
    )
    async def delete_generations(self, info: StudioInfo, ids: GenerationIds) -> GenerationsPayload:
        context = info.context
        changed = await context.studio.history.trash(context.caller, tuple(ids))
        return _shown_all(info, changed.generations, changed.problems)

    @strawberry.mutation(description="Take generations out of the trash.")
    async def restore_generations(self, info: StudioInfo, ids: GenerationIds) -> GenerationsPayload:
        context = info.context
        changed = await context.studio.history.restore(context.caller, tuple(ids))
        return _shown_all(info, changed.generations, changed.problems)

    @strawberry.mutation(description="Delete generations in the trash, and their images, for good.")
    async def purge_generations(
        self, info: StudioInfo, ids: GenerationIds
    ) -> PurgeGenerationsPayload:
        context = info.context
        purged = await context.studio.history.purge(context.caller, tuple(ids))
        return PurgeGenerationsPayload(
            purged_ids=[strawberry.ID(id_) for id_ in purged.ids],
            user_errors=UserError.all_of(Refused(*purged.problems)),
        )

    @strawberry.mutation(
        description="Internal: the studio's own publisher feeds generationUpdated with it.",
        directives=[AwsIam()],
    )
    async def publish_generation(
        self,
        info: StudioInfo,
        generation: Annotated[
            Json, strawberry.argument(description="A Generation, every field of it.")
        ],
    ) -> Generation | None:
        # AppSync resolves this field itself, on a source of type NONE; a request
        # that comes here was sent to a host where nobody may publish.
        raise Forbidden("publishGeneration is for the studio's own publisher.")


def _shown(info: StudioInfo, record: Record) -> Generation:
    return Generation.of(GenerationEvent(record), info.context.links)


def _shown_all(
    info: StudioInfo, records: tuple[Record, ...], problems: tuple[Problem, ...]
) -> GenerationsPayload:
    return GenerationsPayload(
        generations=[_shown(info, record) for record in records],
        user_errors=UserError.all_of(Refused(*problems)),
    )


def _no_drafts() -> Refused:
    message = "This studio draws no live drafts."
    return Refused(Problem(ErrorCode.DRAFT_UNSUPPORTED, message, ("input", "model")))
