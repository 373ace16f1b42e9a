"""A page of history, as Relay's connection specification shapes it."""

import strawberry

from genai_studio.domain.history import HistoryPage
from genai_studio.ports import GenerationEvent
from genai_studio.schema.roots.cursor import encode_cursor
from genai_studio.schema.roots.links import Links
from genai_studio.schema.types.generation import Generation


@strawberry.type(description="Where a page begins and ends, and whether there is more.")
class PageInfo:
    has_next_page: bool = strawberry.field(
        description="Whether older records may match. A filtered page may be short, even "
        "empty, while this is true: go on after endCursor."
    )
    has_previous_page: bool = strawberry.field(description="Whether this is not the first page.")
    start_cursor: str | None = strawberry.field(description="Cursor of the first edge.")
    end_cursor: str | None = strawberry.field(description="Pass it as `after` to go on.")


@strawberry.type(description="A generation and its place in the list.")
class GenerationEdge:
    cursor: str = strawberry.field(description="Its place, for `after`.")
    node: Generation = strawberry.field(description="The generation.")


@strawberry.type(description="A page of generations, newest first.")
class GenerationConnection:
    edges: list[GenerationEdge] = strawberry.field(description="The page.")
    page_info: PageInfo = strawberry.field(description="How to go on.")

    @classmethod
    def of(cls, page: HistoryPage, links: Links, *, after: str | None) -> "GenerationConnection":
        """The page read after the cursor `after`."""
        edges = [
            GenerationEdge(
                cursor=encode_cursor(item.id),
                node=Generation.of(GenerationEvent(item), links),
            )
            for item in page.items
        ]
        return cls(
            edges=edges,
            page_info=PageInfo(
                has_next_page=page.has_next,
                has_previous_page=after is not None,
                start_cursor=edges[0].cursor if edges else None,
                end_cursor=None if page.end is None else encode_cursor(page.end),
            ),
        )
