"""Generate live drafts: quick previews that are neither stored nor counted."""

from __future__ import annotations

import asyncio
import base64
import secrets
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from genai_studio.domain.catalog import Catalog, SpeedClass
from genai_studio.domain.errors import (
    EndpointCanceled,
    EndpointError,
    ErrorCode,
    Problem,
    RateLimited,
    Refused,
)
from genai_studio.domain.identity import Caller, Owner
from genai_studio.domain.request import ImageRequestInput
from genai_studio.domain.validation import MAX_SEED, check_references, validate
from genai_studio.ports import Clock, Endpoint, EndpointImage, EndpointProgress, IsCanceled

DRAFT_STEPS = 6
"""Steps of a draft, within the model's limits."""

MAX_DRAFTS = 40
"""Maximum drafts per user and minute."""

DraftEncoder = Callable[[EndpointImage], tuple[bytes, int, int]]
"""Encodes an image as a small WebP. Returns the WebP, its width and its height.
CPU-bound; called in a thread."""


@dataclass(frozen=True, slots=True)
class DraftImage:
    """A draft as a `data:` URL of a small WebP, and the seed that reproduces it."""

    data_url: str
    width: int
    height: int
    seed: int


@dataclass(slots=True)
class _UserDrafts:
    """The drafts of one user: request times of the last minute, and the latest number."""

    requested_at: deque[float] = field(default_factory=deque)
    latest: int = 0


class LiveDrafts:
    """Generates drafts with FAST models, one at a time per user."""

    def __init__(
        self, endpoint: Endpoint, encoder: DraftEncoder, clock: Clock, catalog: Catalog
    ) -> None:
        self._endpoint = endpoint
        self._encoder = encoder
        self._clock = clock
        self._catalog = catalog
        self._by_owner: dict[Owner, _UserDrafts] = {}

    async def generate(
        self, caller: Caller, requested: ImageRequestInput, client_disconnected: IsCanceled
    ) -> DraftImage:
        """Generate a draft, and cancel the user's previous draft if it still runs.

        Args:
            client_disconnected: Returns True after the client disconnected. Cancels the draft.

        Raises:
            InvalidInput, UnknownModel: As for `Submit.generate`.
            RateLimited: The user requested more than `MAX_DRAFTS` in a minute.
            Refused: The model is not FAST (`DRAFT_UNSUPPORTED`), a newer draft
                replaced this one or the client disconnected
                (`DRAFT_SUPERSEDED`), or the endpoint failed (`ENDPOINT_FAILED`).
        """
        check_references(requested)
        model = self._catalog.get(requested.model)
        if model.speed is not SpeedClass.FAST:
            message = f"{model.name} does not support live drafts. Choose a FAST model."
            raise Refused(Problem(ErrorCode.DRAFT_UNSUPPORTED, message, ("input", "model")))
        steps = min(max(DRAFT_STEPS, model.limits.steps.min), model.limits.steps.max)
        request = validate(
            replace(requested, steps=steps, count=1), model, secrets.randbelow(MAX_SEED)
        )
        drafts = self._count_draft(caller)
        drafts.latest += 1
        number = drafts.latest
        try:
            images = await self._endpoint.generate(
                request, _ignore_progress, lambda: drafts.latest != number or client_disconnected()
            )
            webp, width, height = await asyncio.to_thread(self._encoder, images[0])
        except EndpointCanceled:
            message = "A newer draft replaced this one."
            raise Refused(Problem(ErrorCode.DRAFT_SUPERSEDED, message, ())) from None
        except EndpointError as error:
            problem = Problem(ErrorCode.ENDPOINT_FAILED, error.failure.message, ())
            raise Refused(problem) from None
        encoded = base64.b64encode(webp).decode("ascii")
        return DraftImage(f"data:image/webp;base64,{encoded}", width, height, request.seed)

    def _count_draft(self, caller: Caller) -> _UserDrafts:
        """Record a request against the user's rate limit, and evict idle users."""
        now = self._clock.now().timestamp()
        for owner in [
            owner
            for owner, drafts in self._by_owner.items()
            if drafts.requested_at and drafts.requested_at[-1] < now - 60 and owner != caller.owner
        ]:
            del self._by_owner[owner]
        drafts = self._by_owner.setdefault(caller.owner, _UserDrafts())
        while drafts.requested_at and drafts.requested_at[0] < now - 60:
            drafts.requested_at.popleft()
        if len(drafts.requested_at) >= MAX_DRAFTS:
            raise RateLimited(f"At most {MAX_DRAFTS} drafts per minute. Try again in a minute.")
        drafts.requested_at.append(now)
        return drafts


async def _ignore_progress(_: EndpointProgress) -> None:
    return None
