"""One picture from an endpoint, asked for in the very words that the studio uses."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

from botocore.exceptions import ClientError

from genai_studio.catalog_file import read_models
from genai_studio.domain.catalog import Catalog, Model
from genai_studio.domain.errors import EndpointError
from genai_studio.domain.request import ImageRequest
from genai_studio.sagemaker.exchange_keys import PREFIX
from genai_studio.sagemaker.formats import FORMATS
from studio_endpoint.ask import ask
from studio_endpoint.call import Call, Clients, Parameters
from studio_endpoint.deployment import Mode
from studio_endpoint.errors import InvalidChoice, Refused, Unreachable, problem

POLL_SECONDS = 2.0
ASYNC_PATIENCE_SECONDS = 20 * 60.0
"""A start from zero takes minutes, and the picture its own time on top."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One picture to be asked for.

    Attributes:
        endpoint: Name of the endpoint.
        mode: How it is called.
        model: What it serves, as the catalog describes it.
        request: The picture.
        bucket: For an async endpoint, whose request lies in S3.
    """

    endpoint: str
    mode: Mode
    model: Model
    request: ImageRequest
    bucket: str | None = None


def trial(
    endpoint: str, mode: Mode, model_id: str, prompt: str, *, seed: int, bucket: str | None
) -> Trial:
    """A picture as the model's defaults want it.

    Args:
        endpoint: Name of the endpoint.
        mode: How it is called.
        model_id: Of the studio's catalog: it says how the model is spoken to.
        prompt: What to draw.
        seed: Of the noise.
        bucket: See `Trial`.

    Raises:
        InvalidChoice: The catalog has no such model, or the bucket is missing.
    """
    models = {model.id: model for model in Catalog(read_models()).models}
    if model_id not in models:
        raise InvalidChoice(f"--model {model_id}: the catalog has {', '.join(models)}.")
    if mode is Mode.ASYNC and bucket is None:
        raise InvalidChoice("An async endpoint needs --bucket, the studio's OUT_S3_BUCKET_NAME.")
    model = models[model_id]
    defaults = model.defaults
    return Trial(
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


def trial_calls(asked: Trial, key: str) -> list[Call]:
    """The calls that ask for it; the last one's answer leads to the picture.

    Args:
        asked: What is asked for.
        key: Of the request in S3, where it has to lie there.
    """
    written = FORMATS[asked.model.format].call(asked.request, 0)
    kinds = {"ContentType": written.content_type, "Accept": written.accept}
    if asked.mode is not Mode.ASYNC:
        component = (
            {"InferenceComponentName": asked.endpoint} if asked.mode is Mode.SCALE_TO_ZERO else {}
        )
        parameters = {"EndpointName": asked.endpoint, "Body": written.body, **kinds, **component}
        return [Call("sagemaker-runtime", "invoke_endpoint", parameters)]
    location = {"Bucket": asked.bucket, "Key": f"{PREFIX}{key}"}
    return [
        Call(
            "s3",
            "put_object",
            {**location, "Body": written.body, "ContentType": written.content_type},
        ),
        Call(
            "sagemaker-runtime",
            "invoke_endpoint_async",
            {
                "EndpointName": asked.endpoint,
                "InputLocation": f"s3://{asked.bucket}/{PREFIX}{key}",
                **kinds,
            },
        ),
    ]


def picture_of(
    asked: Trial,
    clients: Clients,
    *,
    sleep: Callable[[float], None] = time.sleep,
    now: Callable[[], float] = time.monotonic,
) -> bytes:
    """Make the picture; its file as the endpoint gave it.

    Raises:
        EndpointProblem: It could not be had; while an endpoint starts from
            zero, that is what AWS says.
    """
    calls = trial_calls(asked, f"trials/{uuid4().hex}.json")
    answer: Parameters = {}
    for call in calls:
        answer = ask(call, clients)
    if asked.mode is Mode.ASYNC:
        body = _awaited(answer, clients, sleep, now)
    else:
        body = answer["Body"].read()
    try:
        return FORMATS[asked.model.format].parse(body, asked.request, 0).data
    except EndpointError as error:
        raise Refused(f"{error} Is it the right --model?") from error


def _awaited(
    taken: Parameters, clients: Clients, sleep: Callable[[float], None], now: Callable[[], float]
) -> bytes:
    ends = now() + ASYNC_PATIENCE_SECONDS
    while now() < ends:
        answer = _object(taken["OutputLocation"], clients)
        if answer is not None:
            return answer
        failure = _object(taken.get("FailureLocation", ""), clients)
        if failure is not None:
            raise Refused(f"The endpoint failed: {failure[:300].decode('utf-8', 'replace')}")
        sleep(POLL_SECONDS)
    raise Unreachable(f"No answer after {ASYNC_PATIENCE_SECONDS / 60:.0f} minutes.")


def _object(location: str, clients: Clients) -> bytes | None:
    bucket, _, key = location.removeprefix("s3://").partition("/")
    if not key:
        return None
    call = Call("s3", "get_object", {"Bucket": bucket, "Key": key})
    try:
        return bytes(call.make(clients, {})["Body"].read())
    except ClientError as error:
        if error.response["Error"]["Code"] in ("NoSuchKey", "404"):
            return None
        raise problem(error, call) from error
