"""The mutations. They return expected failures as data, in `userErrors`."""

from typing import Annotated

import strawberry

from genai_studio.domain.errors import ErrorCode, Problem, Refused
from genai_studio.domain.generation import Generation as Record
from genai_studio.ports import GenerationEvent
from genai_studio.schema.context import StudioInfo
from genai_studio.schema.directives import AwsIam
from genai_studio.schema.errors import Forbidden
from genai_studio.schema.roots import board_mutations
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
from genai_studio.schema.types.upload import CreateUploadInput, CreateUploadPayload, Upload
from genai_studio.schema.types.user_error import UserError


@strawberry.type(description="Mutations. Each changes only the caller's own generations.")
class Mutation:
    @strawberry.mutation(
        description="Submit a request for images. Returns immediately; subscribe to "
        "generationUpdated for progress and results."
    )
    async def generate_image(
        self,
        info: StudioInfo,
        input: Annotated[
            GenerateImageInput, strawberry.argument(description="Prompt and parameters.")
        ],
    ) -> GenerateImagePayload:
        context = info.context
        try:
            record = await context.studio.submit.generate(
                context.caller, input.to_domain(), input.client_request_id or None
            )
        except Refused as refused:
            return GenerateImagePayload(
                generation=None, user_errors=UserError.from_refused(refused)
            )
        return GenerateImagePayload(generation=_generation(info, record), user_errors=[])

    @strawberry.mutation(
        description="Generate a quick preview with a FAST model. A draft is not stored, does not "
        "count toward the quota, and is canceled by the caller's next draft."
    )
    async def draft_image(
        self,
        info: StudioInfo,
        input: Annotated[
            DraftImageInput, strawberry.argument(description="Prompt and parameters.")
        ],
    ) -> DraftImagePayload:
        context = info.context
        try:
            if context.studio.live_drafts is None:
                raise _drafts_unsupported()
            draft = await context.studio.live_drafts.generate(
                context.caller, input.to_domain(), context.client_disconnected
            )
        except Refused as refused:
            return DraftImagePayload(draft=None, user_errors=UserError.from_refused(refused))
        return DraftImagePayload(
            draft=Draft(
                data_url=draft.data_url, width=draft.width, height=draft.height, seed=draft.seed
            ),
            user_errors=[],
        )

    @strawberry.mutation(
        description="Create an upload: send the file within 15 minutes to the returned URL, then "
        "use the ID as `sourceUploadId` or `maskUploadId`."
    )
    async def create_upload(
        self,
        info: StudioInfo,
        input: Annotated[CreateUploadInput, strawberry.argument(description="The file to upload.")],
    ) -> CreateUploadPayload:
        context = info.context
        try:
            created = await context.studio.uploads.create(
                context.caller, input.content_type, input.bytes, input.sha256
            )
        except Refused as refused:
            return CreateUploadPayload(upload=None, user_errors=UserError.from_refused(refused))
        return CreateUploadPayload(
            upload=Upload.from_created(created, context.links), user_errors=[]
        )

    @strawberry.mutation(description="Cancel a generation that is QUEUED or RUNNING.")
    async def cancel_generation(
        self, info: StudioInfo, id: GenerationId
    ) -> CancelGenerationPayload:
        context = info.context
        try:
            record = await context.studio.cancel.cancel(context.caller, id)
        except Refused as refused:
            return CancelGenerationPayload(
                generation=None, user_errors=UserError.from_refused(refused)
            )
        return CancelGenerationPayload(generation=_generation(info, record), user_errors=[])

    @strawberry.mutation(
        description="Submit the request of a FAILED or CANCELED generation again. Creates a new "
        "generation with the old one as its parent."
    )
    async def retry_generation(
        self,
        info: StudioInfo,
        id: GenerationId,
        client_request_id: Annotated[
            str | None, strawberry.argument(description="Idempotency key, as for generateImage.")
        ] = strawberry.UNSET,
    ) -> GenerateImagePayload:
        context = info.context
        try:
            record = await context.studio.submit.retry(
                context.caller, id, client_request_id or None
            )
        except Refused as refused:
            return GenerateImagePayload(
                generation=None, user_errors=UserError.from_refused(refused)
            )
        return GenerateImagePayload(generation=_generation(info, record), user_errors=[])

    @strawberry.mutation(description="Add generations to the favorites, or remove them.")
    async def set_favorite(
        self,
        info: StudioInfo,
        ids: GenerationIds,
        value: Annotated[bool, strawberry.argument(description="True adds, false removes.")],
    ) -> GenerationsPayload:
        context = info.context
        changed = await context.studio.history.set_favorite(context.caller, tuple(ids), value)
        return await _generations(info, changed.generations, changed.problems)

    create_board = strawberry.mutation(
        board_mutations.create_board,
        description="Create a board: a named collection of generations.",
    )
    rename_board = strawberry.mutation(board_mutations.rename_board, description="Rename a board.")
    delete_board = strawberry.mutation(
        board_mutations.delete_board, description="Delete a board. Its generations stay."
    )
    set_board = strawberry.mutation(
        board_mutations.set_board,
        description="Add generations to a board, or remove them from it. A generation is on at "
        "most 20 boards.",
    )

    @strawberry.mutation(
        description="Move generations to the trash. Cancels those that are QUEUED or RUNNING."
    )
    async def delete_generations(self, info: StudioInfo, ids: GenerationIds) -> GenerationsPayload:
        context = info.context
        changed = await context.studio.history.trash(context.caller, tuple(ids))
        return await _generations(info, changed.generations, changed.problems)

    @strawberry.mutation(description="Restore generations from the trash.")
    async def restore_generations(self, info: StudioInfo, ids: GenerationIds) -> GenerationsPayload:
        context = info.context
        changed = await context.studio.history.restore(context.caller, tuple(ids))
        return await _generations(info, changed.generations, changed.problems)

    @strawberry.mutation(
        description="Permanently delete generations in the trash, with their images."
    )
    async def purge_generations(
        self, info: StudioInfo, ids: GenerationIds
    ) -> PurgeGenerationsPayload:
        context = info.context
        purged = await context.studio.history.purge(context.caller, tuple(ids))
        return PurgeGenerationsPayload(
            purged_ids=[strawberry.ID(id_) for id_ in purged.ids],
            user_errors=UserError.from_refused(Refused(*purged.problems)),
        )

    @strawberry.mutation(
        description="Internal: the studio publishes to generationUpdated with this mutation.",
        directives=[AwsIam()],
    )
    async def publish_generation(
        self,
        info: StudioInfo,
        generation: Annotated[
            Json, strawberry.argument(description="A Generation with all fields.")
        ],
    ) -> Generation | None:
        # AppSync resolves this field with a NONE data source and never calls this
        # resolver. On the other hosts, clients must not publish.
        raise Forbidden("publishGeneration is reserved for the studio's publisher.")


def _generation(info: StudioInfo, record: Record) -> Generation:
    return Generation.from_event(GenerationEvent(record), info.context.links)


async def _generations(
    info: StudioInfo, records: tuple[Record, ...], problems: tuple[Problem, ...]
) -> GenerationsPayload:
    await info.context.take_turn()
    return GenerationsPayload(
        generations=[_generation(info, record) for record in records],
        user_errors=UserError.from_refused(Refused(*problems)),
    )


def _drafts_unsupported() -> Refused:
    message = "This studio does not support drafts. Use generateImage."
    return Refused(Problem(ErrorCode.DRAFT_UNSUPPORTED, message, ("input", "model")))
