"""The asynchronous endpoint port over Amazon SageMaker's asynchronous inference.

::

    start:   request → S3 ──► invoke_endpoint_async ──► receipt → S3     (nobody waits)
                                     ┊
                              SageMaker ──► answer, or failure, → S3 ──► notice
    collect: receipt ──► answers ──► images

There is no call that asks how far a request is. Where its answer will lie is
told when it is taken, and kept in the receipt; nothing of it is in the record,
so a request that was taken twice cannot confuse anybody: each claim has a
prefix of its own.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import anyio
import msgspec
from anyio import to_thread

from genai_studio.domain.catalog import Catalog, Model
from genai_studio.domain.errors import StudioUnavailable
from genai_studio.domain.failure import FailureCode
from genai_studio.domain.generation import Generation
from genai_studio.domain.request import ImageRequest
from genai_studio.failure_log import describe
from genai_studio.ports import AnswerNotice, Clock, EndpointImage
from genai_studio.sagemaker.endpoint import ClientFor
from genai_studio.sagemaker.errors import (
    TRANSLATED,
    async_failure,
    bad_response,
    endpoint_error,
    failed,
)
from genai_studio.sagemaker.exchange import Exchange
from genai_studio.sagemaker.exchange_keys import Asked, claim_prefix, receipt_key
from genai_studio.sagemaker.formats import Call, format_of
from genai_studio.sagemaker.styles import with_style

_log = logging.getLogger(__name__)

MIN_TTL_SECONDS, MAX_TTL_SECONDS = 60, 21_600
"""How long a request may wait in SageMaker's queue (boto3's model)."""
MAX_TIMEOUT_SECONDS = 3600
"""How long the container may take (boto3's model)."""


@dataclass(frozen=True, slots=True)
class _Taken:
    """What SageMaker said when it took a request: addresses of its answer.

    Attributes:
        output: Where the image will lie.
        failure: Where the container's complaint would lie; None where the
            endpoint has no `S3FailurePath`.
    """

    output: str
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class _Place:
    """The same as keys of the exchange, which alone are looked at."""

    answer: str
    failure: str | None = None


_receipt = msgspec.json.Decoder(list[_Taken])


class SageMakerAsyncEndpoint:
    """Asks once for each image, as the real-time adapter does of whole answers.

    Args:
        client_for: The client that reaches a model's endpoint; asked at every call.
        catalog: Says for each model its endpoint and format.

    Raises:
        StudioUnavailable: The catalog names a format that is not spoken here.
    """

    def __init__(
        self,
        client_for: ClientFor,
        catalog: Catalog,
        exchange: Exchange,
        clock: Clock,
        *,
        max_calls: int = 32,
    ) -> None:
        for model in catalog.models:
            format_of(model)
        self._client_for = client_for
        self._catalog = catalog
        self._exchange = exchange
        self._clock = clock
        self._threads = anyio.CapacityLimiter(max_calls)

    async def start(self, claimed: Generation) -> None:
        """See `AsyncEndpoint.start`."""
        model, request = self._asked_of(claimed)
        taken: list[_Taken] = []
        for index in range(request.count):
            asked = Asked(claimed.ref, claimed.fence, index)
            call = format_of(model).call(request, index)
            await self._exchange.put(asked.request_key, call.body, call.content_type)
            taken.append(await self._invoke(model, claimed, asked, call))
        try:
            receipt = msgspec.json.encode(taken)
            await self._exchange.put(
                receipt_key(claimed.ref, claimed.fence), receipt, "application/json"
            )
        except StudioUnavailable as error:
            # It is under way: a notice still brings it to its end, and without
            # one the claim's lease ends and it is asked for again.
            _log.warning("The receipt of %s was not kept: %s", claimed.id, describe(error))

    async def started(self, claimed: Generation) -> bool:
        """See `AsyncEndpoint.started`."""
        return await self._exchange.exists(receipt_key(claimed.ref, claimed.fence))

    async def collect(
        self, claimed: Generation, notice: AnswerNotice | None = None
    ) -> Sequence[EndpointImage] | None:
        """See `AsyncEndpoint.collect`."""
        model, request = self._asked_of(claimed)
        places = await self._places(claimed)
        if notice is not None and _fits(notice, claimed, model):
            self._believe(notice, claimed, places)
            if notice.failed:
                body = await self._failure(places.get(notice.index))
                raise async_failure(body or b"", notice.reason, _hidden(request))
        there = await asyncio.gather(
            *(self._exchange.exists(place.answer) for place in places.values())
        )
        for place, answered in zip(places.values(), there, strict=True):
            if not answered and (body := await self._failure(place)) is not None:
                raise async_failure(body, "", _hidden(request))
        if len(places) < request.count or not all(there):
            return None
        return await self._images(model, request, places)

    def _asked_of(self, claimed: Generation) -> tuple[Model, ImageRequest]:
        model = self._catalog.get(claimed.request.model)
        return model, with_style(claimed.request, model)

    async def _invoke(self, model: Model, claimed: Generation, asked: Asked, call: Call) -> _Taken:
        left = _seconds_left(claimed, self._clock)
        invoke = partial(
            self._client_for(model).invoke_endpoint_async,
            EndpointName=model.endpoint,
            InputLocation=self._exchange.location(asked.request_key),
            ContentType=call.content_type,
            Accept=call.accept,
            InferenceId=asked.inference_id,
            S3OutputPathExtension=asked.answer_path,
            Filename=asked.answer_name,
            RequestTTLSeconds=min(max(left, MIN_TTL_SECONDS), MAX_TTL_SECONDS),
            InvocationTimeoutSeconds=min(max(left, 1), MAX_TIMEOUT_SECONDS),
        )
        try:
            # Abandoned when the worker stops: the call itself cannot be taken back.
            answer = await to_thread.run_sync(invoke, abandon_on_cancel=True, limiter=self._threads)
        except TRANSLATED as error:
            raise endpoint_error(error, _hidden(claimed.request)) from error
        if self._exchange.key(answer["OutputLocation"]) is None:
            raise failed(FailureCode.ENDPOINT_REJECTED, ELSEWHERE)
        return _Taken(answer["OutputLocation"], answer.get("FailureLocation"))

    async def _places(self, claimed: Generation) -> dict[int, _Place]:
        receipt = await self._exchange.read(receipt_key(claimed.ref, claimed.fence))
        if receipt is None:
            return {}
        try:
            taken = _receipt.decode(receipt)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            # Only the endpoint's role may have written there, besides the studio.
            raise bad_response("the receipt is not the studio's") from None
        keys = [(self._exchange.key(one.output), self._exchange.key(one.failure)) for one in taken]
        return {
            index: _Place(answer, failure)
            for index, (answer, failure) in enumerate(keys)
            if answer is not None
        }

    def _believe(
        self, notice: AnswerNotice, claimed: Generation, places: dict[int, _Place]
    ) -> None:
        """Learn a place from a notice that outran the receipt, if it is the claim's own."""
        key = self._exchange.key(notice.location)
        if key is not None and key.startswith(
            claim_prefix(claimed.owner, claimed.id, claimed.fence)
        ):
            places.setdefault(notice.index, _Place(key, key if notice.failed else None))

    async def _failure(self, place: _Place | None) -> bytes | None:
        if place is None or place.failure is None:
            return None
        return await self._exchange.read(place.failure)

    async def _images(
        self, model: Model, request: ImageRequest, places: dict[int, _Place]
    ) -> list[EndpointImage] | None:
        parse = format_of(model).parse
        images: list[EndpointImage] = []
        for index in range(request.count):
            answer = await self._exchange.read(places[index].answer)
            if answer is None:
                return None
            images.append(await to_thread.run_sync(parse, answer, request, index))
        return images


ELSEWHERE = (
    "The endpoint leaves its answers where the studio does not look: "
    "its S3OutputPath must be the folder “async” of the studio's bucket."
)


def _fits(notice: AnswerNotice, claimed: Generation, model: Model) -> bool:
    # SageMaker compares names without case, and tells them as they were created.
    endpoint = model.endpoint if notice.endpoint is None else notice.endpoint
    return endpoint.casefold() == model.endpoint.casefold() and notice.index < claimed.request.count


def _seconds_left(claimed: Generation, clock: Clock) -> int:
    """Until the generation's deadline: nobody waits for an answer after that."""
    if claimed.deadline_at is None:
        return MAX_TIMEOUT_SECONDS
    return int((claimed.deadline_at - clock.now()).total_seconds())


def _hidden(request: ImageRequest) -> tuple[str, str]:
    return request.prompt, request.negative_prompt
