"""Live drafts: quick previews that are neither stored nor counted."""

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
from genai_studio.domain.validation import MAX_SEED, validate
from genai_studio.ports import Clock, Endpoint, EndpointImage, EndpointProgress, IsCanceled

DRAFT_STEPS = 6
"""Enough to see where the image goes."""

MAX_DRAFTS = 40
"""Drafts a minute and person."""

DraftEncoder = Callable[[EndpointImage], tuple[bytes, int, int]]
"""Turns an image into a small WebP and its width and height; runs in a thread."""


@dataclass(frozen=True, slots=True)
class DrawnDraft:
    """A draft: a small WebP as a `data:` URL, and how to draw the same again."""

    data_url: str
    width: int
    height: int
    seed: int


@dataclass(slots=True)
class _Desk:
    """One person's drafts: when they were asked for, and which is the newest."""

    asked: deque[float] = field(default_factory=deque)
    newest: int = 0


class Draft:
    """Draws with models of the FAST class alone, one draft a person at a time."""

    def __init__(
        self, endpoint: Endpoint, encoder: DraftEncoder, clock: Clock, catalog: Catalog
    ) -> None:
        self._endpoint = endpoint
        self._encoder = encoder
        self._clock = clock
        self._catalog = catalog
        self._desks: dict[Owner, _Desk] = {}

    async def draw(
        self, caller: Caller, requested: ImageRequestInput, abandoned: IsCanceled
    ) -> DrawnDraft:
        """Draw one; the person's draft before it is given up.

        So is this one, as soon as `abandoned()` says that nobody waits for it.

        Raises:
            InvalidInput, UnknownModel: As for `Submit.generate`.
            RateLimited: More than `MAX_DRAFTS` a minute.
            Refused: The model is not FAST (`DRAFT_UNSUPPORTED`), a newer draft
                took over or it was abandoned (`DRAFT_SUPERSEDED`), or the
                endpoint failed (`ENDPOINT_FAILED`).
        """
        model = self._catalog.get(requested.model)
        if model.speed is not SpeedClass.FAST:
            message = f"{model.name} is too slow for live drafts."
            raise Refused(Problem(ErrorCode.DRAFT_UNSUPPORTED, message, ("input", "model")))
        steps = min(max(DRAFT_STEPS, model.limits.steps.min), model.limits.steps.max)
        request = validate(
            replace(requested, steps=steps, count=1), self._catalog, secrets.randbelow(MAX_SEED)
        )
        desk = self._desk(caller)
        desk.newest += 1
        mine = desk.newest
        try:
            images = await self._endpoint.generate(
                request, _ignore_progress, lambda: desk.newest != mine or abandoned()
            )
            webp, width, height = await asyncio.to_thread(self._encoder, images[0])
        except EndpointCanceled:
            message = "A newer draft took its place."
            raise Refused(Problem(ErrorCode.DRAFT_SUPERSEDED, message, ())) from None
        except EndpointError as error:
            problem = Problem(ErrorCode.ENDPOINT_FAILED, error.failure.message, ())
            raise Refused(problem) from None
        encoded = base64.b64encode(webp).decode("ascii")
        return DrawnDraft(f"data:image/webp;base64,{encoded}", width, height, request.seed)

    def _desk(self, caller: Caller) -> _Desk:
        now = self._clock.now().timestamp()
        for owner in [
            owner
            for owner, desk in self._desks.items()
            if desk.asked and desk.asked[-1] < now - 60 and owner != caller.owner
        ]:
            del self._desks[owner]
        desk = self._desks.setdefault(caller.owner, _Desk())
        while desk.asked and desk.asked[0] < now - 60:
            desk.asked.popleft()
        if len(desk.asked) >= MAX_DRAFTS:
            raise RateLimited(f"At most {MAX_DRAFTS} drafts a minute. Wait a moment.")
        desk.asked.append(now)
        return desk


async def _ignore_progress(_: EndpointProgress) -> None:
    return None
