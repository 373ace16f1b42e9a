"""`UserError`: an expected failure, returned as data."""

import strawberry

from genai_studio.domain.errors import Refused
from genai_studio.schema.types.enums import UserErrorCode


@strawberry.type(description="A reason why a request was rejected.")
class UserError:
    code: UserErrorCode = strawberry.field(description="Machine-readable reason.")
    message: str = strawberry.field(
        description="Human-readable reason: what is wrong and what is accepted."
    )
    path: list[str] = strawberry.field(description="Path to the argument that caused the error.")

    @classmethod
    def from_refused(cls, refused: Refused) -> "list[UserError]":
        """Return one error for each problem."""
        return [
            cls(code=problem.code, message=problem.message, path=list(problem.path))
            for problem in refused.problems
        ]
