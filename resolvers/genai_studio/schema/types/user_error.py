"""`UserError`: an expected failure, as data."""

import strawberry

from genai_studio.domain.errors import Refused
from genai_studio.schema.types.enums import UserErrorCode


@strawberry.type(description="One thing that kept a request from being carried out.")
class UserError:
    code: UserErrorCode = strawberry.field(description="For programs.")
    message: str = strawberry.field(description="For people: what is wrong, what would be right.")
    path: list[str] = strawberry.field(description="The way to the argument that caused it.")

    @classmethod
    def all_of(cls, refused: Refused) -> "list[UserError]":
        """One for each problem."""
        return [
            cls(code=problem.code, message=problem.message, path=list(problem.path))
            for problem in refused.problems
        ]
