"""SageMaker's asynchronous inference around the project's serving container.

Unmodified boto3 asks it by `invoke_endpoint_async`; it reads the request from S3
when its turn comes, lets the container work, leaves the answer or the failure
in S3 and tells of it as SNS tells a Lambda function.

It is here and not in `genai_studio.inference`, because SageMaker does all this
outside of the container: what is deployed would carry boto3 and a right to the
bucket, for something that nobody calls there.
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
    """A request that was taken.

    Attributes:
        headers: Of boto3's call, by their names behind `x-amzn-sagemaker-`.
    """

    endpoint: str
    headers: dict[str, str]
    output: str
    failure: str | None
    received: str


@dataclass
class AsyncInference:
    """An endpoint for each served model, as an ASGI application.

    Attributes:
        s3: Client of the bucket.
        own_folders: Whether callers choose folder and name of their answers.
            SageMaker allows it since 2026; before, names were its own.
        tells_failures: Whether the endpoint has an `S3FailurePath`.
        outputs: `S3OutputPath`; None: the folder `async` of the bucket.
        refusal: Error type and status that calls are answered with, if any.
        taken: What was taken, in order.
        events: What SNS told of it, in order.
    """

    served: ModelRegistry
    s3: Any
    bucket: str
    own_folders: bool = True
    tells_failures: bool = True
    outputs: str | None = None
    refusal: tuple[str, int] | None = None
    taken: list[Invocation] = field(default_factory=list)
    events: queue.Queue[dict[str, Any]] = field(default_factory=queue.Queue)

    def __post_init__(self) -> None:
        self._container = create_app(self.served, waiting=32)
        self._working: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = _PATH.fullmatch(scope["path"]) if scope["type"] == "http" else None
        if asked is None:
            await self._container(scope, receive, send)
        else:
            await self._take(asked["name"], Request(scope))(scope, receive, send)

    def event(self) -> dict[str, Any]:
        """The next event; waits for it."""
        return self.events.get(timeout=WAIT_SECONDS)

    def _take(self, endpoint: str, request: Request) -> Response:
        if self.refusal is not None:
            kind, status = self.refusal
            return _error(kind, status, "Not now.")
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
        if self.own_folders:
            name = f"{headers['s3outputpathextension']}/{headers['filename']}"
        failure = f"s3://{self.bucket}/async/failures/{unique}-error.out"
        invocation = Invocation(
            endpoint,
            headers,
            output=f"{folder}/{name}",
            failure=failure if self.tells_failures else None,
            received=_now(),
        )
        self.taken.append(invocation)
        task = asyncio.get_running_loop().create_task(self._work(invocation))
        self._working.add(task)
        task.add_done_callback(self._working.discard)
        answer = {"x-amzn-sagemaker-outputlocation": invocation.output}
        if invocation.failure is not None:
            answer["x-amzn-sagemaker-failurelocation"] = invocation.failure
        content = {"InferenceId": headers["inference-id"]}
        return JSONResponse(content, 202, headers=answer)

    async def _work(self, invocation: Invocation) -> None:
        try:
            body = await asyncio.to_thread(self._read, invocation.headers["inputlocation"])
        except ClientError:
            self._tell(invocation, reason="ClientError: The input could not be downloaded.")
            return
        transport = httpx.ASGITransport(self._container)
        async with httpx.AsyncClient(transport=transport, base_url="http://container") as client:
            answer = await client.post(
                f"/endpoints/{invocation.endpoint}/invocations",
                content=body,
                headers={
                    "Content-Type": invocation.headers["content-type"],
                    "Accept": invocation.headers["accept"],
                },
                timeout=None,
            )
        if answer.status_code == 200:
            await asyncio.to_thread(self._write, invocation.output, answer.content)
            self._tell(invocation)
            return
        said = answer.json()
        status = said.get("OriginalStatusCode", answer.status_code)
        if invocation.failure is not None:
            text = said.get("OriginalMessage", answer.text)
            await asyncio.to_thread(self._write, invocation.failure, text.encode())
        side = "client" if status < 500 else "server"
        self._tell(
            invocation,
            reason=f"ClientError: Received {side} error ({status}) from model. See logs.",
        )

    def _read(self, location: str) -> bytes:
        body: bytes = self.s3.get_object(**_object(location))["Body"].read()
        return body

    def _write(self, location: str, content: bytes) -> None:
        self.s3.put_object(**_object(location), Body=content)

    def _tell(self, invocation: Invocation, *, reason: str | None = None) -> None:
        response: dict[str, Any] = {"contentType": "application/json"}
        if reason is None:
            response["outputLocation"] = invocation.output
        elif invocation.failure is not None:
            response["failureLocation"] = invocation.failure
        told = {
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
            told["failureReason"] = reason
        self.events.put(sns_event(told))


def sns_event(message: object) -> dict[str, Any]:
    """A message as SNS hands it to a Lambda function."""
    notification = {
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
