"""The services with fake adapters."""

from __future__ import annotations

from dataclasses import dataclass

from genai_studio.catalog_file import read_models
from genai_studio.domain.catalog import Catalog
from genai_studio.domain.quota import QuotaLimits
from genai_studio.ports import (
    ABSENT,
    CredentialIngredient,
    CredentialReport,
    CredentialStatus,
    EndpointImage,
)
from genai_studio.services.boards import Boards
from genai_studio.services.cancel import Cancel
from genai_studio.services.history import History
from genai_studio.services.live_drafts import LiveDrafts
from genai_studio.services.provenance.credential_check import CredentialCheck
from genai_studio.services.quota import Quota
from genai_studio.services.studio import Studio
from genai_studio.services.submit import Submit
from genai_studio.services.uploads import Uploads
from tests.builders import ManualClock
from tests.fakes.boards import FakeBoards
from tests.fakes.endpoint import ScriptedEndpoint
from tests.fakes.events import FakeEvents
from tests.fakes.images import FakeImages
from tests.fakes.records import FakeRecords
from tests.fakes.uploads import FakeUploads, decode_fake


@dataclass(frozen=True, slots=True)
class FakeStudio:
    """The services and their fakes."""

    studio: Studio
    clock: ManualClock
    records: FakeRecords
    events: FakeEvents
    images: FakeImages
    endpoint: ScriptedEndpoint
    uploads: FakeUploads
    boards: FakeBoards


def a_studio(*, limits: QuotaLimits | None = None, catalog: Catalog | None = None) -> FakeStudio:
    """Create the services with the shipped catalog, at noon and without quota by default."""
    clock, records, events = ManualClock(), FakeRecords(), FakeEvents()
    images, endpoint = FakeImages(clock), ScriptedEndpoint()
    models = catalog or Catalog(read_models())
    quota = limits or QuotaLimits()
    store, boards = FakeUploads(images), FakeBoards()
    uploads = Uploads(store, images, records, clock, decode_fake)
    studio = Studio(
        catalog=models,
        images=images,
        subscriptions=events,
        submit=Submit(records, clock, models, quota, uploads),
        cancel=Cancel(records, clock),
        history=History(records, boards, clock),
        boards=Boards(boards, clock),
        quota=Quota(records, clock, quota),
        credentials=CredentialCheck(records, images, FakeVerifier()),
        uploads=uploads,
        live_drafts=LiveDrafts(endpoint, small_webp, clock, models),
    )
    return FakeStudio(studio, clock, records, events, images, endpoint, store, boards)


class FakeVerifier:
    """A verifier that trusts every file except those that contain “changed” or “unsigned”."""

    def verify(self, data: bytes) -> CredentialReport:
        if b"unsigned" in data:
            return ABSENT
        if b"changed" in data:
            return CredentialReport(CredentialStatus.INVALID, "Ada", problems=("mismatch",))
        parent = CredentialIngredient("cat.png", "parentOf", CredentialStatus.VALID, "Bob")
        return CredentialReport(
            CredentialStatus.TRUSTED, "Ada", "A studio", "genai-studio 1", (parent,)
        )


def small_webp(image: EndpointImage) -> tuple[bytes, int, int]:
    """Stand in for a draft encoder: return the first pixel, which identifies the seed."""
    return image.data[:3], 16, 16
