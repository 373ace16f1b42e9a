"""A test request for one image, in the wire format that the studio uses."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from botocore.exceptions import ClientError

from genai_studio.catalog_file import read_catalog
from genai_studio.domain.catalog import Model
from genai_studio.domain.editing.operation import Operation
from genai_studio.domain.errors import EndpointError, StudioUnavailable
from genai_studio.domain.request import ImageRequest
from genai_studio.sagemaker.exchange_keys import PREFIX
from genai_studio.sagemaker.formats import FORMATS
from studio_endpoint.aws.call import Call, Clients, Parameters
from studio_endpoint.aws.error_translation import translated
from studio_endpoint.aws.send import send
from studio_endpoint.errors import InvalidOption, RequestRejected, WaitTimeout
from studio_endpoint.specification.deployment import Mode

POLL_SECONDS = 2.0
ASYNC_TIMEOUT_SECONDS = 20 * 60.0
"""Covers the minutes of a start from zero and the generation of the image."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleRequest:
    """A request for one image.

    Attributes:
        endpoint: Name of the endpoint.
        mode: How the endpoint is invoked.
        model: The served model, as described in the catalog.
        request: The request.
        bucket: The studio's bucket. Only for an async endpoint, which reads the request
            from S3.
    """

    endpoint: str
    mode: Mode
    model: Model
    request: ImageRequest
    bucket: str | None = None


def sample_request(
    endpoint: str,
    mode: Mode,
    model_id: str,
    prompt: str,
    *,
    seed: int,
    bucket: str | None,
    catalog: Path | None = None,
) -> SampleRequest:
    """Create a request with the model's default parameters.

    Args:
        endpoint: Name of the endpoint.
        mode: How the endpoint is invoked.
        model_id: Model ID in the studio's catalog, which defines the wire format.
        prompt: The prompt.
        seed: The seed.
        bucket: The studio's bucket, for an async endpoint.
        catalog: Catalog file of the operator (`GENAI_STUDIO_CATALOG`).

    Raises:
        InvalidOption: The catalog has no such model or is invalid, the model needs an image,
            or the bucket is missing.
    """
    try:
        models = {model.id: model for model in read_catalog(catalog) if model.bedrock is None}
    except StudioUnavailable as error:
        raise InvalidOption(f"--catalog {catalog}: {error}") from error
    if model_id not in models:
        raise InvalidOption(f"--model {model_id}: expected one of {', '.join(models)}.")
    if mode is Mode.ASYNC and bucket is None:
        raise InvalidOption("--mode async requires --bucket, the studio's OUT_S3_BUCKET_NAME.")
    model = models[model_id]
    if Operation.TEXT_TO_IMAGE not in model.operations:
        able = ", ".join(model.operations)
        raise InvalidOption(
            f"--model {model_id}: the test request has no image, and this model only does {able}. "
            "Test it in the studio."
        )
    defaults = model.defaults
    return SampleRequest(
        endpoint=endpoint,
        mode=mode,
        model=model,
        bucket=bucket,
        request=ImageRequest(
            prompt=prompt,
            negative_prompt="",
            model=model_id,
            width=defaults.width,
            height=defaults.height,
            steps=defaults.steps,
            guidance_scale=defaults.guidance_scale,
            seed=seed,
            count=1,
            style=None,
        ),
    )


def invocation_calls(sample: SampleRequest, key: str) -> list[Call]:
    """Return the calls that send the request.

    The response of the last call holds the image or, for an async endpoint, its location.

    Args:
        sample: The request.
        key: Key of the request in S3, for an async endpoint.
    """
    message = FORMATS[sample.model.format].call(sample.request, 0)
    media_types = {"ContentType": message.content_type, "Accept": message.accept}
    if sample.mode is not Mode.ASYNC:
        component = (
            {"InferenceComponentName": sample.endpoint} if sample.mode is Mode.SCALE_TO_ZERO else {}
        )
        parameters = {
            "EndpointName": sample.endpoint,
            "Body": message.body,
            **media_types,
            **component,
        }
        return [Call("sagemaker-runtime", "invoke_endpoint", parameters)]
    location = {"Bucket": sample.bucket, "Key": f"{PREFIX}{key}"}
    return [
        Call(
            "s3",
            "put_object",
            {**location, "Body": message.body, "ContentType": message.content_type},
        ),
        Call(
            "sagemaker-runtime",
            "invoke_endpoint_async",
            {
                "EndpointName": sample.endpoint,
                "InputLocation": f"s3://{sample.bucket}/{PREFIX}{key}",
                **media_types,
            },
        ),
    ]


def generate_image(
    sample: SampleRequest,
    clients: Clients,
    *,
    sleep: Callable[[float], None] = time.sleep,
    now: Callable[[], float] = time.monotonic,
) -> bytes:
    """Send the request and return the image file.

    Raises:
        RequestRejected: The endpoint failed, or its response has another format.
        WaitTimeout: An async endpoint had no result after `ASYNC_TIMEOUT_SECONDS`.
        StudioEndpointError: AWS rejected a call, for example while an endpoint scales from
            zero.
    """
    response: Parameters = {}
    for call in invocation_calls(sample, f"trials/{uuid4().hex}.json"):
        response = send(call, clients)
    if sample.mode is Mode.ASYNC:
        body = _async_result(response, clients, sleep, now)
    else:
        body = response["Body"].read()
    try:
        return FORMATS[sample.model.format].parse(body, sample.request, 0).data
    except EndpointError as error:
        raise RequestRejected(f"{error} Check that --model matches the served model.") from error


def _async_result(
    accepted: Parameters,
    clients: Clients,
    sleep: Callable[[float], None],
    now: Callable[[], float],
) -> bytes:
    deadline = now() + ASYNC_TIMEOUT_SECONDS
    while now() < deadline:
        result = _object(accepted["OutputLocation"], clients)
        if result is not None:
            return result
        failure = _object(accepted.get("FailureLocation", ""), clients)
        if failure is not None:
            message = failure[:300].decode("utf-8", "replace")
            raise RequestRejected(f"The endpoint failed: {message}")
        sleep(POLL_SECONDS)
    raise WaitTimeout(f"No result after {ASYNC_TIMEOUT_SECONDS / 60:.0f} minutes.")


def _object(location: str, clients: Clients) -> bytes | None:
    bucket, _, key = location.removeprefix("s3://").partition("/")
    if not key:
        return None
    call = Call("s3", "get_object", {"Bucket": bucket, "Key": key})
    try:
        return bytes(call.execute(clients, {})["Body"].read())
    except ClientError as error:
        if error.response["Error"]["Code"] in ("NoSuchKey", "404"):
            return None
        raise translated(error, call) from error
