"""Parse Lambda events of SNS and S3 into notices about asynchronous responses.

SageMaker publishes a notification to an SNS topic for each completed request: JSON with
`invocationStatus`, `requestParameters`, `responseParameters`, `failureReason` and
`inferenceId` (“Check prediction results” in its developer guide). S3 can send an event
for each created object, but these events do not report failures.

Notifications are untrusted: anyone with access to the topic can publish to it. Those that
do not name the key and ID of a request of this studio are ignored. The others only tell
which generation to check.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote_plus

import msgspec

from genai_studio.ports import AnswerNotice
from genai_studio.sagemaker.exchange import Exchange
from genai_studio.sagemaker.exchange_keys import parse_invocation_key

_log = logging.getLogger(__name__)

COMPLETED, EXPIRED = "Completed", "Expired"
"""Values of `invocationStatus`. The third one is “Failed”."""


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


def parse_notices(event: Mapping[str, Any], exchange: Exchange) -> Iterator[AnswerNotice]:
    """Yield the notices of an SNS or S3 event that concern this studio's exchange."""
    for record in event.get("Records", ()):
        notice = _from_sns(record, exchange) if "Sns" in record else _from_s3(record, exchange)
        if notice is None:
            _log.warning("Ignoring a notification that is not about a request of this studio.")
        else:
            yield notice


def _from_sns(record: Mapping[str, Any], exchange: Exchange) -> AnswerNotice | None:
    try:
        result = _result.decode(record["Sns"]["Message"])
    except (msgspec.MsgspecError, UnicodeError, KeyError, TypeError, RecursionError):
        return None
    key = exchange.key(result.request_parameters.input_location)
    invocation = parse_invocation_key(key or "", "json")
    if invocation is None or invocation.inference_id != result.inference_id:
        return None
    response = result.response_parameters or _Response()
    failed = result.invocation_status != COMPLETED
    return AnswerNotice(
        invocation.ref,
        invocation.fence,
        invocation.index,
        endpoint=result.request_parameters.endpoint_name,
        location=response.failure_location if failed else response.output_location,
        failed=failed,
        reason=_reason(result) if failed else "",
    )


def _reason(result: _Result) -> str:
    """Return the failure reason. Only the status shows that a request has expired."""
    prefix = f"{EXPIRED}. " if result.invocation_status == EXPIRED else ""
    return f"{prefix}{result.failure_reason or ''}"


def _from_s3(record: Mapping[str, Any], exchange: Exchange) -> AnswerNotice | None:
    try:
        created = record["eventName"].startswith("ObjectCreated:")
        bucket, name = record["s3"]["bucket"]["name"], record["s3"]["object"]["key"]
        location = f"s3://{bucket}/{unquote_plus(name)}"
    except (KeyError, TypeError, AttributeError):
        return None
    invocation = parse_invocation_key(exchange.key(location) or "", "out")
    if invocation is None or not created:
        return None
    return AnswerNotice(invocation.ref, invocation.fence, invocation.index, location=location)
