"""The services that the schema calls."""

from __future__ import annotations

from dataclasses import dataclass

from genai_studio.domain.catalog import Catalog
from genai_studio.ports import EventSubscriptions, Images
from genai_studio.services.boards import Boards
from genai_studio.services.cancel import Cancel
from genai_studio.services.history import History
from genai_studio.services.live_drafts import LiveDrafts
from genai_studio.services.provenance.credential_check import CredentialCheck
from genai_studio.services.quota import Quota
from genai_studio.services.submit import Submit
from genai_studio.services.uploads import Uploads


@dataclass(frozen=True, slots=True)
class Studio:
    """The services behind the API, created by `bootstrap`.

    Attributes:
        subscriptions: None in hosts whose clients subscribe elsewhere, at AppSync.
        live_drafts: None in hosts without live drafts.
    """

    catalog: Catalog
    images: Images
    subscriptions: EventSubscriptions | None
    submit: Submit
    cancel: Cancel
    history: History
    boards: Boards
    quota: Quota
    credentials: CredentialCheck
    uploads: Uploads
    live_drafts: LiveDrafts | None
