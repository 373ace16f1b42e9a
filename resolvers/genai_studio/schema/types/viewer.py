"""`Viewer`: who is signed in, and what is left of their day."""

from datetime import datetime

import strawberry


@strawberry.type(description="The day's images of one person.")
class Quota:
    limit: int | None = strawberry.field(description="Images a UTC day; null: no limit.")
    used: int = strawberry.field(description="Images made or on their way today.")
    left: int | None = strawberry.field(description="Images left today; null: no limit.")
    resets_at: datetime = strawberry.field(description="When the count starts again.")


@strawberry.type(description="The person the access token speaks for.")
class Viewer:
    id: strawberry.ID = strawberry.field(description="As in Generation.owner.")
    username: str = strawberry.field(description="The name they signed in with.")
    quota: Quota = strawberry.field(description="What is left of the day.")
