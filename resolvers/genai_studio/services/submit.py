"""Accept requests for images, once per idempotency key and within the quota."""

from __future__ import annotations

import secrets
from dataclasses import replace

from genai_studio.domain import idempotency
from genai_studio.domain.catalog import Catalog, Model
from genai_studio.domain.editing.operation import Operation
from genai_studio.domain.editing.plan import check_edit_fields, plan_edit
from genai_studio.domain.errors import ErrorCode, InvalidInput, NotFound, Problem, Refused
from genai_studio.domain.generation import RESEND_AFTER, Generation, Status, TimelineEntry
from genai_studio.domain.idempotency import IdempotencyKey
from genai_studio.domain.identity import Caller
from genai_studio.domain.ids import is_id, new_id
from genai_studio.domain.quota import QuotaLimits, quota_day
from genai_studio.domain.request import ImageRequest, ImageRequestInput
from genai_studio.domain.validation import (
    MAX_SEED,
    NOT_TEXT,
    check_references,
    is_blank,
    is_text,
    validate,
)
from genai_studio.ports import Clock, Records
from genai_studio.services.edit_sources import (
    EditSources,
    KeptSources,
    Sources,
    UploadedImages,
)

MAX_CLIENT_REQUEST_ID = 128
"""Maximum length of a `clientRequestId`, in characters."""


class Submit:
    """Stores requests as QUEUED generations.

    The stored record is the queue, so accepting a request is one transaction
    and no message can be lost.

    Args:
        uploads: None if the studio accepts no uploads: none of them is found.
        resend: Whether a queue that may lose messages is fed from the records.
    """

    def __init__(
        self,
        records: Records,
        clock: Clock,
        catalog: Catalog,
        limits: QuotaLimits,
        uploads: UploadedImages | None = None,
        *,
        resend: bool = False,
    ) -> None:
        self._records = records
        self._clock = clock
        self._catalog = catalog
        self._limits = limits
        self._sources = EditSources(records, uploads)
        self._resend = resend

    async def generate(
        self, caller: Caller, requested: ImageRequestInput, client_request_id: str | None
    ) -> Generation:
        """Accept a request, or return the generation already accepted under the same key.

        Raises:
            InvalidInput: Fields exceed the model's limits.
            UnknownModel: The catalog has no such model.
            NotFound: The caller has no generation `parent_id`, or no such source or mask.
            Refused: An upload is missing or not an accepted image.
            IdempotencyConflict: The key was used for another request.
            QuotaExceeded: The daily quota is used up.
            TooManyUnfinished: The caller has too many unfinished generations.
        """
        return await self._generate(caller, requested, client_request_id, self._sources)

    async def _generate(
        self,
        caller: Caller,
        requested: ImageRequestInput,
        client_request_id: str | None,
        sources: Sources,
    ) -> Generation:
        _check_client_request_id(client_request_id)
        check_references(requested)
        key = IdempotencyKey(
            client_request_id or secrets.token_urlsafe(16), idempotency.fingerprint(requested)
        )
        try:
            model = self._catalog.get(requested.model)
            request, parent_id = await self._validate(caller, requested, model, sources)
            await self._check_parent(caller, requested.parent_id)
        except Refused:
            # A request that was accepted once stays accepted, even if its model
            # or parent has since been removed.
            accepted = await self._accepted_before(caller, key) if client_request_id else None
            if accepted is None:
                raise
            return accepted
        generation = self._new_generation(caller, request, model, parent_id, key)
        submitted = await self._records.submit(generation, key, self._limits)
        return submitted.generation

    async def retry(
        self, caller: Caller, generation_id: str, client_request_id: str | None
    ) -> Generation:
        """Submit the request of a FAILED or CANCELED generation again, as its child.

        Raises:
            NotFound: The caller has no such generation.
            Refused: The generation is not FAILED or CANCELED (`NOT_RETRYABLE`).
            IdempotencyConflict, QuotaExceeded, TooManyUnfinished: As for `generate`.
        """
        original = await self._records.get(caller.owner, generation_id)
        if original is None:
            return await self._retried_before(caller, generation_id, client_request_id)
        if original.status not in (Status.FAILED, Status.CANCELED):
            message = (
                "Only failed or canceled generations can be retried. "
                f"This generation is {original.status}."
            )
            raise Refused(Problem(ErrorCode.NOT_RETRYABLE, message, ("id",)))
        return await self._generate(
            caller, _input_of(original), client_request_id, KeptSources(original)
        )

    async def _retried_before(
        self, caller: Caller, generation_id: str, client_request_id: str | None
    ) -> Generation:
        """Return the retry accepted under the same key before its original was purged.

        The original's input, and so the fingerprint, is gone. The retry names its parent.
        """
        if client_request_id is not None:
            _check_client_request_id(client_request_id)
            key = IdempotencyKey(client_request_id, idempotency.ANY_FINGERPRINT)
            accepted = await self._accepted_before(caller, key)
            if accepted is not None and accepted.parent_id == generation_id:
                return accepted
        raise NotFound()

    async def _validate(
        self, caller: Caller, requested: ImageRequestInput, model: Model, sources: Sources
    ) -> tuple[ImageRequest, str | None]:
        """Return the validated request and its parent."""
        check_edit_fields(requested, model)
        seed = _random_seed(model)
        if requested.operation in (None, Operation.TEXT_TO_IMAGE):
            return validate(requested, model, seed), requested.parent_id
        found = await sources.find(caller, requested)
        if found.prompt is not None and is_blank(requested.prompt):
            requested = replace(requested, prompt=found.prompt)
        plan = plan_edit(requested, model, found.source, found.mask)
        return validate(requested, model, seed, plan), requested.parent_id or found.parent_id

    async def _accepted_before(self, caller: Caller, key: IdempotencyKey) -> Generation | None:
        return await self._records.submitted(caller.owner, key, self._clock.now())

    async def _check_parent(self, caller: Caller, parent_id: str | None) -> None:
        if parent_id is None:
            return
        if not is_id(parent_id) or await self._records.get(caller.owner, parent_id) is None:
            raise NotFound(("input", "parentId"))

    def _new_generation(
        self,
        caller: Caller,
        request: ImageRequest,
        model: Model,
        parent_id: str | None,
        key: IdempotencyKey,
    ) -> Generation:
        now = self._clock.now()
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
            claimed_at=None,
            finished_at=None,
            trashed_at=None,
            fence=0,
            failures=0,
            lease_expires_at=None,
            not_before=None,
            deadline_at=None,
            quota_day=quota_day(now),
            quota_held=request.count,
            estimated_cost=round(model.price_per_image * request.count, 6),
            timeline=(TimelineEntry(now, "api", "accepted"),),
            resend_at=now + RESEND_AFTER if self._resend else None,
        )


def _input_of(original: Generation) -> ImageRequestInput:
    """Return the input that submits the request of a generation again, as its child."""
    request, edit = original.request, original.request.edit
    sized = request.operation.sized_by_model
    requested = ImageRequestInput(
        prompt=request.prompt,
        negative_prompt=request.negative_prompt or None,
        model=request.model,
        width=request.width if sized else None,
        height=request.height if sized else None,
        steps=request.steps,
        guidance_scale=request.guidance_scale,
        seed=request.seed,
        count=request.count,
        style=request.style,
        parent_id=original.id,
    )
    if edit is None:
        return requested
    scaled = request.operation is Operation.UPSCALE
    return replace(
        requested,
        operation=request.operation,
        source_image_id=edit.source.image_id,
        source_upload_id=edit.source.upload_id,
        mask_upload_id=edit.mask.upload_id if edit.mask else None,
        strength=None if scaled else edit.strength,
        mask_feather=edit.mask_feather if request.operation.masked else None,
        outpaint=edit.outpaint,
        upscale_factor=edit.upscale_factor,
    )


def _random_seed(model: Model) -> int:
    """Return a seed that leaves room for the seeds of further images."""
    return secrets.randbelow(MAX_SEED - model.limits.count.max + 2)


def _check_client_request_id(client_request_id: str | None) -> None:
    if client_request_id is None:
        return
    path = ("input", "clientRequestId")
    if len(client_request_id) > MAX_CLIENT_REQUEST_ID:
        message = f"`clientRequestId` must be at most {MAX_CLIENT_REQUEST_ID} characters."
        raise InvalidInput(Problem(ErrorCode.INVALID_INPUT, message, path))
    if not is_text(client_request_id):
        message = f"`clientRequestId` {NOT_TEXT}"
        raise InvalidInput(Problem(ErrorCode.INVALID_INPUT, message, path))
