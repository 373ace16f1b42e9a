"""What is told of asynchronous answers, read from the events that Lambda passes on.

SageMaker tells an SNS topic of each request it is done with, as JSON with
`invocationStatus`, `requestParameters`, `responseParameters`, `failureReason`
and `inferenceId` (“Check prediction results” of its developer guide). S3 can
tell of each object that appears, which says less: nothing of failures.

Whoever may publish to the topic could tell anything. What does not name a
request of ours by its very place and id is left aside; what does only says
where to look.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote_plus

import msgspec

from genai_studio.ports import AnswerNotice
from genai_studio.sagemaker.exchange import Exchange
from genai_studio.sagemaker.exchange_keys import Asked, asked_by

_log = logging.getLogger(__name__)

COMPLETED, EXPIRED = "Completed", "Expired"
"""Of `invocationStatus`; there is “Failed” too."""


class _Request(msgspec.Struct, rename="camel"):
    input_location: str
    endpoint_name: str | None = None


class _Response(msgspec.Struct, rename="camel"):
    output_location: str | None = None
    failure_location: str | None = None


class _Result(msgspec.Struct, rename="camel"):
    invocation_status: str
    inference_id: str
    request_parameters: _Request
    response_parameters: _Response | None = None
    failure_reason: str | None = None


_result = msgspec.json.Decoder(_Result)


def notices(event: Mapping[str, Any], exchange: Exchange) -> Iterator[AnswerNotice]:
    """Every notice of an event from SNS or S3 that is about this studio's exchange."""
    for record in event.get("Records", ()):
        notice = _from_sns(record, exchange) if "Sns" in record else _from_s3(record, exchange)
        if notice is None:
            _log.warning("A notice that is not about a request of this studio was left aside.")
        else:
            yield notice


def _from_sns(record: Mapping[str, Any], exchange: Exchange) -> AnswerNotice | None:
    try:
        result = _result.decode(record["Sns"]["Message"])
    except (msgspec.MsgspecError, UnicodeError, KeyError, TypeError, RecursionError):
        return None
    key = exchange.key(result.request_parameters.input_location)
    asked = asked_by(key or "", "json")
    if asked is None or asked.inference_id != result.inference_id:
        return None
    response = result.response_parameters or _Response()
    failed = result.invocation_status != COMPLETED
    return AnswerNotice(
        asked.ref,
        asked.fence,
        asked.index,
        endpoint=result.request_parameters.endpoint_name,
        location=response.failure_location if failed else response.output_location,
        failed=failed,
        reason=_reason(result) if failed else "",
    )


def _reason(result: _Result) -> str:
    """Of a request that waited too long, the status is all that tells so."""
    late = f"{EXPIRED}. " if result.invocation_status == EXPIRED else ""
    return f"{late}{result.failure_reason or ''}"


def _from_s3(record: Mapping[str, Any], exchange: Exchange) -> AnswerNotice | None:
    try:
        created = record["eventName"].startswith("ObjectCreated:")
        bucket, name = record["s3"]["bucket"]["name"], record["s3"]["object"]["key"]
        location = f"s3://{bucket}/{unquote_plus(name)}"
    except (KeyError, TypeError, AttributeError):
        return None
    asked: Asked | None = asked_by(exchange.key(location) or "", "out")
    if asked is None or not created:
        return None
    return AnswerNotice(asked.ref, asked.fence, asked.index, location=location)
