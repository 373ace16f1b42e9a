"""Make images with SageMaker's asynchronous inference (`ports.AsyncEndpoint`).

::

    start:   request → S3 ──► invoke_endpoint_async ──► receipt → S3     (returns at once)
                                     ┊
                              SageMaker ──► response or failure → S3 ──► notice
    collect: receipt ──► responses ──► images

SageMaker has no call for the status of a request. It reports the location of the
response when it accepts the request, and the receipt stores that location. The record
holds none of this. A generation may be requested twice, under two claims; each claim
has its own prefix, so their responses cannot be mixed up.
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
from genai_studio.ports import AnswerNotice, Clock, EditInputs, EndpointImage
from genai_studio.sagemaker.endpoint import ClientFor
from genai_studio.sagemaker.errors import (
    TRANSLATED_ERRORS,
    async_failure,
    bad_response,
    endpoint_error,
    endpoint_failure,
)
from genai_studio.sagemaker.exchange import Exchange
from genai_studio.sagemaker.exchange_keys import AsyncInvocation, claim_prefix, receipt_key
from genai_studio.sagemaker.formats import (
    ASYNC_BYTES,
    Call,
    check_model,
    check_operation,
    format_of,
)
from genai_studio.sagemaker.formats.image_payload import image_of_size
from genai_studio.sagemaker.styles import with_style

_log = logging.getLogger(__name__)

MIN_TTL_SECONDS, MAX_TTL_SECONDS = 60, 21_600
"""Limits of `RequestTTLSeconds`, the time in SageMaker's queue (boto3's model)."""
MAX_TIMEOUT_SECONDS = 3600
"""Limit of `InvocationTimeoutSeconds`, the time in the container (boto3's model)."""


@dataclass(frozen=True, slots=True)
class _Accepted:
    """Locations that SageMaker reported when it accepted a request, as `s3://` URIs.

    Attributes:
        output: Location of the response.
        failure: Location of the error response. None if the endpoint has no
            `S3FailurePath`.
    """

    output: str
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class _ResponseKeys:
    """Keys of a response and of its error response in the exchange."""

    output: str
    failure: str | None = None


_receipt = msgspec.json.Decoder(list[_Accepted])


class SageMakerAsyncEndpoint:
    """Caller of asynchronous endpoints, with one invocation per image.

    Args:
        client_for: Returns the client for a model's endpoint. Called for every
            invocation.
        catalog: Defines endpoint and format of each model.

    Raises:
        StudioUnavailable: A model in the catalog has an unsupported format, or its format
            does not support one of its operations.
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
            check_model(model)
        self._client_for = client_for
        self._catalog = catalog
        self._exchange = exchange
        self._clock = clock
        self._threads = anyio.CapacityLimiter(max_calls)

    async def start(self, claimed: Generation, inputs: EditInputs | None = None) -> None:
        """See `AsyncEndpoint.start`."""
        model, request = self._styled_request(claimed)
        check_operation(model, request)
        accepted: list[_Accepted] = []
        for index in range(request.count):
            invocation = AsyncInvocation(claimed.ref, claimed.fence, index)
            call = format_of(model).call(request, index, inputs, max_bytes=ASYNC_BYTES)
            await self._exchange.put(invocation.request_key, call.body, call.content_type)
            accepted.append(await self._invoke(model, claimed, invocation, call))
        try:
            receipt = msgspec.json.encode(accepted)
            await self._exchange.put(
                receipt_key(claimed.ref, claimed.fence), receipt, "application/json"
            )
        except StudioUnavailable as error:
            # SageMaker already works on the requests. A notice can still complete the
            # claim; without one, the lease ends and the images are requested again.
            _log.warning("Cannot store the receipt of %s: %s", claimed.id, describe(error))

    async def started(self, claimed: Generation) -> bool:
        """See `AsyncEndpoint.started`."""
        return await self._exchange.exists(receipt_key(claimed.ref, claimed.fence))

    async def collect(
        self, claimed: Generation, notice: AnswerNotice | None = None
    ) -> Sequence[EndpointImage] | None:
        """See `AsyncEndpoint.collect`."""
        model, request = self._styled_request(claimed)
        keys = await self._read_receipt(claimed)
        if notice is not None and _matches(notice, claimed, model):
            self._add_key_from_notice(notice, claimed, keys)
            if notice.failed:
                body = await self._read_failure(keys.get(notice.index))
                raise async_failure(body or b"", notice.reason, _prompts(request))
        exist = await asyncio.gather(
            *(self._exchange.exists(response.output) for response in keys.values())
        )
        for response, exists in zip(keys.values(), exist, strict=True):
            if not exists and (body := await self._read_failure(response)) is not None:
                raise async_failure(body, "", _prompts(request))
        if len(keys) < request.count or not all(exist):
            return None
        return await self._read_images(model, request, keys)

    def _styled_request(self, claimed: Generation) -> tuple[Model, ImageRequest]:
        model = self._catalog.get(claimed.request.model)
        return model, with_style(claimed.request, model)

    async def _invoke(
        self, model: Model, claimed: Generation, invocation: AsyncInvocation, call: Call
    ) -> _Accepted:
        seconds_left = _seconds_left(claimed, self._clock)
        invoke = partial(
            self._client_for(model).invoke_endpoint_async,
            EndpointName=model.endpoint,
            InputLocation=self._exchange.location(invocation.request_key),
            ContentType=call.content_type,
            Accept=call.accept,
            InferenceId=invocation.inference_id,
            S3OutputPathExtension=invocation.response_path,
            Filename=invocation.response_name,
            RequestTTLSeconds=min(max(seconds_left, MIN_TTL_SECONDS), MAX_TTL_SECONDS),
            InvocationTimeoutSeconds=min(max(seconds_left, 1), MAX_TIMEOUT_SECONDS),
        )
        try:
            # Abandon the thread on cancellation: the invocation cannot be undone.
            response = await to_thread.run_sync(
                invoke, abandon_on_cancel=True, limiter=self._threads
            )
        except TRANSLATED_ERRORS as error:
            raise endpoint_error(error, _prompts(claimed.request)) from error
        if self._exchange.key(response["OutputLocation"]) is None:
            raise endpoint_failure(FailureCode.ENDPOINT_REJECTED, WRONG_OUTPUT_PATH)
        return _Accepted(response["OutputLocation"], response.get("FailureLocation"))

    async def _read_receipt(self, claimed: Generation) -> dict[int, _ResponseKeys]:
        """Return the response keys of a claim by image index. Empty without a receipt."""
        receipt = await self._exchange.read(receipt_key(claimed.ref, claimed.fence))
        if receipt is None:
            return {}
        try:
            accepted = _receipt.decode(receipt)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            # Only the studio and the endpoint's role can write to this key.
            raise bad_response("the receipt is malformed") from None
        keys = [
            (self._exchange.key(one.output), self._exchange.key(one.failure)) for one in accepted
        ]
        return {
            index: _ResponseKeys(output, failure)
            for index, (output, failure) in enumerate(keys)
            if output is not None
        }

    def _add_key_from_notice(
        self, notice: AnswerNotice, claimed: Generation, keys: dict[int, _ResponseKeys]
    ) -> None:
        """Add the key from a notice that arrived before the receipt, if it is of this claim."""
        key = self._exchange.key(notice.location)
        if key is not None and key.startswith(
            claim_prefix(claimed.owner, claimed.id, claimed.fence)
        ):
            keys.setdefault(notice.index, _ResponseKeys(key, key if notice.failed else None))

    async def _read_failure(self, keys: _ResponseKeys | None) -> bytes | None:
        if keys is None or keys.failure is None:
            return None
        return await self._exchange.read(keys.failure)

    async def _read_images(
        self, model: Model, request: ImageRequest, keys: dict[int, _ResponseKeys]
    ) -> list[EndpointImage] | None:
        parse = partial(_parse, model)
        images: list[EndpointImage] = []
        for index in range(request.count):
            body = await self._exchange.read(keys[index].output)
            if body is None:
                return None
            images.append(await to_thread.run_sync(parse, body, request, index))
        return images


def _parse(model: Model, body: bytes, request: ImageRequest, index: int) -> EndpointImage:
    image = format_of(model).parse(body, request, index)
    return image if request.edit is None else image_of_size(image, request.width, request.height)


WRONG_OUTPUT_PATH = (
    "The endpoint stores its responses in the wrong location: "
    "its S3OutputPath must be the folder “async” of the studio's bucket."
)


def _matches(notice: AnswerNotice, claimed: Generation, model: Model) -> bool:
    # Endpoint names are case-insensitive. Notices use the case of the endpoint's creation.
    endpoint = model.endpoint if notice.endpoint is None else notice.endpoint
    return endpoint.casefold() == model.endpoint.casefold() and notice.index < claimed.request.count


def _seconds_left(claimed: Generation, clock: Clock) -> int:
    """Return the time until the deadline, after which the response is useless."""
    if claimed.deadline_at is None:
        return MAX_TIMEOUT_SECONDS
    return int((claimed.deadline_at - clock.now()).total_seconds())


def _prompts(request: ImageRequest) -> tuple[str, str]:
    return request.prompt, request.negative_prompt
