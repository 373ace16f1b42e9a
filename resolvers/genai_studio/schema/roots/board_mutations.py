"""The resolvers of the mutations of boards."""

from typing import Annotated

import strawberry

from genai_studio.domain.errors import Refused
from genai_studio.ports import GenerationEvent
from genai_studio.schema.context import StudioInfo
from genai_studio.schema.roots.arguments import GenerationIds
from genai_studio.schema.types.board import Board, BoardPayload, DeleteBoardPayload
from genai_studio.schema.types.generation import Generation
from genai_studio.schema.types.payloads import GenerationsPayload
from genai_studio.schema.types.user_error import UserError

BoardId = Annotated[strawberry.ID, strawberry.argument(description="Board ID.")]
BoardName = Annotated[
    str,
    strawberry.argument(
        description="1 to 60 characters, different from the caller's other boards; case does not "
        "matter."
    ),
]


async def create_board(info: StudioInfo, name: BoardName) -> BoardPayload:
    """Create a board."""
    try:
        board = await info.context.studio.boards.create(info.context.caller, name)
    except Refused as refused:
        return BoardPayload(board=None, user_errors=UserError.from_refused(refused))
    return BoardPayload(board=Board.from_domain(board), user_errors=[])


async def rename_board(info: StudioInfo, id: BoardId, name: BoardName) -> BoardPayload:
    """Rename a board."""
    try:
        board = await info.context.studio.boards.rename(info.context.caller, id, name)
    except Refused as refused:
        return BoardPayload(board=None, user_errors=UserError.from_refused(refused))
    return BoardPayload(board=Board.from_domain(board), user_errors=[])


async def delete_board(info: StudioInfo, id: BoardId) -> DeleteBoardPayload:
    """Delete a board."""
    try:
        await info.context.studio.boards.delete(info.context.caller, id)
    except Refused as refused:
        return DeleteBoardPayload(id=None, user_errors=UserError.from_refused(refused))
    return DeleteBoardPayload(id=id, user_errors=[])


async def set_board(
    info: StudioInfo,
    ids: GenerationIds,
    board: BoardId,
    value: Annotated[bool, strawberry.argument(description="True adds, false removes.")],
) -> GenerationsPayload:
    """Add generations to a board, or remove them from it."""
    context = info.context
    try:
        changed = await context.studio.history.set_board(context.caller, tuple(ids), board, value)
    except Refused as refused:
        return GenerationsPayload(generations=[], user_errors=UserError.from_refused(refused))
    await context.take_turn()
    return GenerationsPayload(
        generations=[
            Generation.from_event(GenerationEvent(record), context.links)
            for record in changed.generations
        ],
        user_errors=UserError.from_refused(Refused(*changed.problems)),
    )
