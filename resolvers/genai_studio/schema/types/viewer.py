"""`Viewer`: the signed-in user and their remaining quota."""

from datetime import datetime

import strawberry


@strawberry.type(description="A user's limits.")
class Quota:
    limit: int | None = strawberry.field(description="Images per UTC day; null if unlimited.")
    used: int = strawberry.field(description="Images generated or requested today.")
    left: int | None = strawberry.field(description="Images left today; null if unlimited.")
    resets_at: datetime = strawberry.field(description="When the quota resets.")
    unfinished_limit: int | None = strawberry.field(
        description="Generations that may be queued or running at once; null if unlimited."
    )


@strawberry.type(description="The user of the access token.")
class Viewer:
    id: strawberry.ID = strawberry.field(description="User ID, as in Generation.owner.")
    username: str = strawberry.field(description="User name at sign-in.")
    quota: Quota = strawberry.field(description="Remaining quota.")
