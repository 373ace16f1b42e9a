"""A page of generations, following the Relay cursor connections specification."""

import strawberry

from genai_studio.domain.history import HistoryPage
from genai_studio.ports import GenerationEvent
from genai_studio.schema.image_links import ImageLinks
from genai_studio.schema.types.cursor import encode_cursor
from genai_studio.schema.types.generation import Generation


@strawberry.type(description="The bounds of a page, and whether more pages exist.")
class PageInfo:
    has_next_page: bool = strawberry.field(
        description="Whether older generations may match. While true, a filtered page may "
        "be short or empty: continue after endCursor."
    )
    has_previous_page: bool = strawberry.field(description="Whether this is not the first page.")
    start_cursor: str | None = strawberry.field(description="Cursor of the first edge.")
    end_cursor: str | None = strawberry.field(description="Value of `after` for the next page.")


@strawberry.type(description="A generation and its cursor.")
class GenerationEdge:
    cursor: str = strawberry.field(description="Value of `after` for the page behind this edge.")
    node: Generation = strawberry.field(description="The generation.")


@strawberry.type(description="A page of generations, newest first.")
class GenerationConnection:
    edges: list[GenerationEdge] = strawberry.field(description="The generations of the page.")
    page_info: PageInfo = strawberry.field(description="The bounds of the page.")

    @classmethod
    def from_page(
        cls, page: HistoryPage, links: ImageLinks, *, after: str | None
    ) -> "GenerationConnection":
        """Convert the page that was read after the cursor `after`."""
        edges = [
            GenerationEdge(
                cursor=encode_cursor(item.id),
                node=Generation.from_event(GenerationEvent(item), links),
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
