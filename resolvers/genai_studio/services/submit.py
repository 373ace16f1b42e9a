"""Accept a request for images: once, within limits, in one transaction."""

from __future__ import annotations

import secrets

from genai_studio.domain import idempotency
from genai_studio.domain.catalog import Catalog
from genai_studio.domain.errors import ErrorCode, InvalidInput, NotFound, Problem, Refused
from genai_studio.domain.generation import Generation, Status, TimelineEntry
from genai_studio.domain.idempotency import IdempotencyKey
from genai_studio.domain.identity import Caller
from genai_studio.domain.ids import is_id, new_id
from genai_studio.domain.quota import QuotaLimits, quota_day
from genai_studio.domain.request import ImageRequest, ImageRequestInput
from genai_studio.domain.validation import MAX_SEED, NOT_TEXT, is_text, validate
from genai_studio.ports import Clock, Records

MAX_CLIENT_REQUEST_ID = 128


class Submit:
    """Turns requests into QUEUED generations.

    The stored record is the queue: nothing else has to be told, so nothing can
    be told and then lost.
    """

    def __init__(
        self, records: Records, clock: Clock, catalog: Catalog, limits: QuotaLimits
    ) -> None:
        self._records = records
        self._clock = clock
        self._catalog = catalog
        self._limits = limits

    async def generate(
        self, caller: Caller, requested: ImageRequestInput, client_request_id: str | None
    ) -> Generation:
        """Accept a request, or give back what the same key was accepted as before.

        Raises:
            InvalidInput: Fields break the model's limits.
            UnknownModel: There is no such model.
            NotFound: `parent_id` is none of the caller's.
            IdempotencyConflict: The key was used for another wish.
            QuotaExceeded: The day's images are used up.
        """
        _check_key(client_request_id)
        key = IdempotencyKey(
            client_request_id or secrets.token_urlsafe(16), idempotency.fingerprint(requested)
        )
        try:
            request = await self._checked(caller, requested)
        except Refused:
            # What was accepted once stays so, whatever has become of the models
            # on offer and of its parent since.
            now = self._clock.now()
            first = client_request_id and await self._records.submitted(caller.owner, key, now)
            if not first:
                raise
            return first
        generation = self._queued(caller, request, requested.parent_id, key)
        submitted = await self._records.submit(generation, key, self._limits)
        return submitted.generation

    async def retry(
        self, caller: Caller, generation_id: str, client_request_id: str | None
    ) -> Generation:
        """Accept a FAILED or CANCELED generation's request again, as its child.

        Raises:
            NotFound: The caller has no such generation.
            Refused: It is not in a state to be retried (`NOT_RETRYABLE`).
            IdempotencyConflict, QuotaExceeded: As for `generate`.
        """
        first = await self._records.get(caller.owner, generation_id)
        if first is None:
            raise NotFound()
        if first.status not in (Status.FAILED, Status.CANCELED):
            message = (
                f"Only a failed or canceled generation can be retried; this is {first.status}."
            )
            raise Refused(Problem(ErrorCode.NOT_RETRYABLE, message, ("id",)))
        request = first.request
        requested = ImageRequestInput(
            prompt=request.prompt,
            negative_prompt=request.negative_prompt or None,
            model=request.model,
            width=request.width,
            height=request.height,
            steps=request.steps,
            guidance_scale=request.guidance_scale,
            seed=request.seed,
            count=request.count,
            style=request.style,
            parent_id=first.id,
        )
        return await self.generate(caller, requested, client_request_id)

    async def _checked(self, caller: Caller, requested: ImageRequestInput) -> ImageRequest:
        """The request with nothing left open, and within all limits."""
        model = self._catalog.get(requested.model)
        request = validate(requested, self._catalog, _drawn_seed(model.limits.count.max))
        if requested.parent_id is not None:
            await self._demand_parent(caller, requested.parent_id)
        return request

    async def _demand_parent(self, caller: Caller, parent_id: str) -> None:
        path = ("input", "parentId")
        if not is_id(parent_id) or await self._records.get(caller.owner, parent_id) is None:
            raise NotFound(path)

    def _queued(
        self,
        caller: Caller,
        request: ImageRequest,
        parent_id: str | None,
        key: IdempotencyKey,
    ) -> Generation:
        now = self._clock.now()
        price = self._catalog.get(request.model).price_per_image
        return Generation(
            id=new_id(),
            owner=caller.owner,
            version=1,
            status=Status.QUEUED,
            request=request,
            client_request_id=key.client_request_id,
            parent_id=parent_id,
            images=(),
            failure=None,
            waiting_reason=None,
            favorite=False,
            created_at=now,
            started_at=None,
            finished_at=None,
            trashed_at=None,
            fence=0,
            failures=0,
            lease_expires_at=None,
            not_before=None,
            deadline_at=None,
            quota_day=quota_day(now),
            quota_held=request.count,
            estimated_cost=round(price * request.count, 6),
            timeline=(TimelineEntry(now, "api", "accepted"),),
        )


def _drawn_seed(most_images: int) -> int:
    return secrets.randbelow(MAX_SEED - most_images + 2)


def _check_key(client_request_id: str | None) -> None:
    if client_request_id is None:
        return
    path = ("input", "clientRequestId")
    if len(client_request_id) > MAX_CLIENT_REQUEST_ID:
        message = f"At most {MAX_CLIENT_REQUEST_ID} characters."
        raise InvalidInput(Problem(ErrorCode.INVALID_INPUT, message, path))
    if not is_text(client_request_id):
        raise InvalidInput(Problem(ErrorCode.INVALID_INPUT, NOT_TEXT, path))
