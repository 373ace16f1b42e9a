"""A whole studio over fakes."""

from __future__ import annotations

from dataclasses import dataclass

from genai_studio.catalog_file import read_models
from genai_studio.domain.catalog import Catalog
from genai_studio.domain.quota import QuotaLimits
from genai_studio.ports import EndpointImage
from genai_studio.services.cancel import Cancel
from genai_studio.services.draft import Draft
from genai_studio.services.history import History
from genai_studio.services.quota import Quota
from genai_studio.services.studio import Studio
from genai_studio.services.submit import Submit
from tests.builders import ManualClock
from tests.fakes.endpoint import ScriptedEndpoint
from tests.fakes.events import FakeEvents
from tests.fakes.images import FakeImages
from tests.fakes.records import FakeRecords


@dataclass(frozen=True, slots=True)
class FakeStudio:
    """The studio, and every part of it that a test may look at or turn."""

    studio: Studio
    clock: ManualClock
    records: FakeRecords
    events: FakeEvents
    images: FakeImages
    endpoint: ScriptedEndpoint


def a_studio(*, limits: QuotaLimits | None = None, catalog: Catalog | None = None) -> FakeStudio:
    """With the catalog that is shipped, at noon, without limits."""
    clock, records, events = ManualClock(), FakeRecords(), FakeEvents()
    images, endpoint = FakeImages(clock), ScriptedEndpoint()
    models = catalog or Catalog(read_models())
    quota = limits or QuotaLimits()
    studio = Studio(
        catalog=models,
        images=images,
        subscriptions=events,
        submit=Submit(records, clock, models, quota),
        cancel=Cancel(records, clock),
        history=History(records, clock),
        quota=Quota(records, clock, quota),
        draft=Draft(endpoint, small_webp, clock, models),
    )
    return FakeStudio(studio, clock, records, events, images, endpoint)


def small_webp(image: EndpointImage) -> tuple[bytes, int, int]:
    """In place of a WebP: its first pixel, which tells the seed."""
    return image.data[:3], 16, 16
