"""Emulate SageMaker asynchronous inference around the project's serving container.

Unmodified boto3 calls `invoke_endpoint_async`. The emulator reads the request from
S3, invokes the container, writes the result or the failure to S3, and emits the
event with which SNS would invoke a Lambda function.

The code is not part of `genai_studio.inference`, because SageMaker does this outside
of the container. The deployed container needs neither boto3 nor bucket permissions.
"""

from __future__ import annotations

import asyncio
import json
import queue
import re
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx
from botocore.exceptions import ClientError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from genai_studio.inference.http.app import create_app
from genai_studio.inference.sampling.served_model import ModelRegistry

WAIT_SECONDS = 60.0

_PATH = re.compile(r"/endpoints/(?P<name>[^/]+)/async-invocations")


@dataclass(frozen=True)
class Invocation:
    """An accepted request.

    Attributes:
        headers: The `x-amzn-sagemaker-` headers of the call, without that prefix.
    """

    endpoint: str
    headers: dict[str, str]
    output: str
    failure: str | None
    received: str


@dataclass
class AsyncInference:
    """An ASGI application with one endpoint per served model.

    Attributes:
        s3: boto3 client of the bucket.
        callers_name_outputs: Whether callers choose prefix and name of their outputs.
            SageMaker supports this since 2026. Before, it generated the names.
        has_failure_path: Whether the endpoint has an `S3FailurePath`.
        outputs: The `S3OutputPath`. None: the prefix `async` of the bucket.
        rejection: Error type and status that every call returns, if set.
        accepted: The accepted requests, in order.
        events: The events that SNS would send, in order.
    """

    served: ModelRegistry
    s3: Any
    bucket: str
    callers_name_outputs: bool = True
    has_failure_path: bool = True
    outputs: str | None = None
    rejection: tuple[str, int] | None = None
    accepted: list[Invocation] = field(default_factory=list)
    events: queue.Queue[dict[str, Any]] = field(default_factory=queue.Queue)

    def __post_init__(self) -> None:
        self._container = create_app(self.served, waiting=32)
        self._working: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        match = _PATH.fullmatch(scope["path"]) if scope["type"] == "http" else None
        if match is None:
            await self._container(scope, receive, send)
        else:
            await self._accept(match["name"], Request(scope))(scope, receive, send)

    def event(self) -> dict[str, Any]:
        """Wait for the next event and return it."""
        return self.events.get(timeout=WAIT_SECONDS)

    def _accept(self, endpoint: str, request: Request) -> Response:
        if self.rejection is not None:
            kind, status = self.rejection
            return _error(kind, status, "Rejected by the test.")
        if endpoint not in self.served.names:
            return _error("ValidationError", 400, f"Endpoint {endpoint} not found.")
        start = "x-amzn-sagemaker-"
        headers = {
            name.removeprefix(start): value
            for name, value in request.headers.items()
            if name.startswith(start)
        }
        folder = self.outputs or f"s3://{self.bucket}/async"
        unique = str(uuid.uuid4())
        name = f"{unique}.out"
        if self.callers_name_outputs:
            name = f"{headers['s3outputpathextension']}/{headers['filename']}"
        failure = f"s3://{self.bucket}/async/failures/{unique}-error.out"
        invocation = Invocation(
            endpoint,
            headers,
            output=f"{folder}/{name}",
            failure=failure if self.has_failure_path else None,
            received=_now(),
        )
        self.accepted.append(invocation)
        task = asyncio.get_running_loop().create_task(self._work(invocation))
        self._working.add(task)
        task.add_done_callback(self._working.discard)
        locations = {"x-amzn-sagemaker-outputlocation": invocation.output}
        if invocation.failure is not None:
            locations["x-amzn-sagemaker-failurelocation"] = invocation.failure
        content = {"InferenceId": headers["inference-id"]}
        return JSONResponse(content, 202, headers=locations)

    async def _work(self, invocation: Invocation) -> None:
        try:
            body = await asyncio.to_thread(self._read, invocation.headers["inputlocation"])
        except ClientError:
            self._notify(invocation, reason="ClientError: The input could not be downloaded.")
            return
        transport = httpx.ASGITransport(self._container)
        async with httpx.AsyncClient(transport=transport, base_url="http://container") as client:
            result = await client.post(
                f"/endpoints/{invocation.endpoint}/invocations",
                content=body,
                headers={
                    "Content-Type": invocation.headers["content-type"],
                    "Accept": invocation.headers["accept"],
                },
                timeout=None,
            )
        if result.status_code == 200:
            await asyncio.to_thread(self._write, invocation.output, result.content)
            self._notify(invocation)
            return
        error = result.json()
        status = error.get("OriginalStatusCode", result.status_code)
        if invocation.failure is not None:
            text = error.get("OriginalMessage", result.text)
            await asyncio.to_thread(self._write, invocation.failure, text.encode())
        side = "client" if status < 500 else "server"
        self._notify(
            invocation,
            reason=f"ClientError: Received {side} error ({status}) from model. See logs.",
        )

    def _read(self, location: str) -> bytes:
        body: bytes = self.s3.get_object(**_object(location))["Body"].read()
        return body

    def _write(self, location: str, content: bytes) -> None:
        self.s3.put_object(**_object(location), Body=content)

    def _notify(self, invocation: Invocation, *, reason: str | None = None) -> None:
        response: dict[str, Any] = {"contentType": "application/json"}
        if reason is None:
            response["outputLocation"] = invocation.output
        elif invocation.failure is not None:
            response["failureLocation"] = invocation.failure
        message = {
            "awsRegion": "eu-central-1",
            "eventTime": _now(),
            "receivedTime": invocation.received,
            "invocationStatus": "Completed" if reason is None else "Failed",
            "requestParameters": {
                "accept": invocation.headers["accept"],
                "contentType": invocation.headers["content-type"],
                "endpointName": invocation.endpoint,
                "inputLocation": invocation.headers["inputlocation"],
            },
            "responseParameters": response,
            "inferenceId": invocation.headers["inference-id"],
            "eventVersion": "1.0",
            "eventSource": "aws:sagemaker",
            "eventName": "InferenceResult",
        }
        if reason is not None:
            message["failureReason"] = reason
        self.events.put(sns_event(message))


def sns_event(message: object) -> dict[str, Any]:
    """Return the event with which SNS invokes a Lambda function for a message."""
    notification: dict[str, Any] = {
        "Type": "Notification",
        "MessageId": str(uuid.uuid4()),
        "TopicArn": "arn:aws:sns:eu-central-1:123456789012:answers",
        "Subject": None,
        "Message": message if isinstance(message, str) else json.dumps(message),
        "Timestamp": _now(),
        "MessageAttributes": {},
    }
    record = {"EventSource": "aws:sns", "EventVersion": "1.0", "Sns": notification}
    return {"Records": [record]}


def _object(location: str) -> dict[str, str]:
    bucket, _, key = location.removeprefix("s3://").partition("/")
    return {"Bucket": bucket, "Key": key}


def _error(kind: str, status: int, message: str) -> Response:
    return JSONResponse({"Message": message}, status, headers={"x-amzn-errortype": kind})


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
