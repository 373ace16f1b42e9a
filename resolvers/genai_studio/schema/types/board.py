"""`Board`: a named collection of generations, and the payloads of its mutations."""

from datetime import datetime

import strawberry

from genai_studio.domain.boards import board as domain
from genai_studio.schema.types.user_error import UserError

_ERRORS = "Why the request was rejected; empty on success."


@strawberry.type(description="A named collection of generations.")
class Board:
    id: strawberry.ID = strawberry.field(description="Board ID.")
    name: str = strawberry.field(description="Its name; different from the caller's other boards.")
    created_at: datetime = strawberry.field(description="When it was created.")

    @classmethod
    def from_domain(cls, board: domain.Board) -> "Board":
        """Convert a board."""
        return cls(id=strawberry.ID(board.id), name=board.name, created_at=board.created_at)


@strawberry.type(description="Payload of createBoard and renameBoard.")
class BoardPayload:
    board: Board | None = strawberry.field(
        description="The created or renamed board; null if rejected."
    )
    user_errors: list[UserError] = strawberry.field(description=_ERRORS)


@strawberry.type(description="Payload of deleteBoard.")
class DeleteBoardPayload:
    id: strawberry.ID | None = strawberry.field(
        description="ID of the deleted board; null if rejected."
    )
    user_errors: list[UserError] = strawberry.field(description=_ERRORS)
