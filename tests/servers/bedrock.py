"""Emulate Stability's models in Amazon Bedrock around the project's serving container.

Unmodified botocore calls `InvokeModel`. Names and status codes of errors come from
botocore's model of the service. The request and response bodies follow AWS's pages
“Stable Diffusion 3.5 Large” and “Stable Image request and response”: unknown and
out-of-range fields are rejected, as Bedrock rejects them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

import httpx
from botocore.session import get_session
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

RATIOS = ("16:9", "1:1", "21:9", "2:3", "3:2", "4:5", "5:4", "9:16", "9:21")
SIDE = 64
"""Default length in pixels of the shorter side. Bedrock's images have about a megapixel."""

MAX_PROMPT = 10_000
MAX_SEED = 4_294_967_295
STEPS, GUIDANCE = 4, 3.0

_INVOKE = get_session().get_service_model("bedrock-runtime").operation_model("InvokeModel")
ERRORS: Mapping[str, int] = {
    shape.name: shape.metadata["error"]["httpStatusCode"] for shape in _INVOKE.error_shapes
}
"""Names and status codes of the errors of `InvokeModel`."""
_PATH = re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", _INVOKE.http["requestUri"]))
_CREDENTIAL = re.compile(r"Credential=(?P<key>[^/]+)/\d+/(?P<region>[^/]+)/bedrock/aws4_request")


def is_text(value: object) -> bool:
    return isinstance(value, str) and len(value) <= MAX_PROMPT


FIELDS: Mapping[str, Callable[[Any], bool]] = {
    "prompt": is_text,
    "negative_prompt": is_text,
    "mode": lambda value: value in ("text-to-image", "image-to-image"),
    "aspect_ratio": lambda value: value in RATIOS,
    "seed": lambda value: isinstance(value, int) and 0 <= value <= MAX_SEED,
    "output_format": lambda value: value in ("png", "jpeg"),
    "image": lambda value: isinstance(value, str),
    "strength": lambda value: isinstance(value, (int, float)) and 0 <= value <= 1,
}
"""The documented fields with their accepted values."""


@dataclass(frozen=True)
class Invocation:
    """An accepted call: model, region of the signature, and body."""

    model_id: str
    region: str
    body: dict[str, Any]


@dataclass
class Bedrock:
    """An ASGI application with the models of a serving container.

    Attributes:
        container: The application of the serving container. Its models have the IDs of
            the Bedrock models.
        access_key: The only accepted access key. None accepts any.
        side: Length in pixels of the shorter side of the images.
        interceptor: Returns a response to a body. None: the model is called.
        invocations: The accepted calls, in order.
    """

    container: ASGIApp
    access_key: str | None = None
    side: int = SIDE
    interceptor: Callable[[dict[str, Any]], Response | None] = lambda body: None
    invocations: list[Invocation] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        response = await self._respond(Request(scope, receive))
        await response(scope, receive, send)

    async def _respond(self, request: Request) -> Response:
        signed = _CREDENTIAL.search(request.headers.get("authorization", ""))
        if signed is None or self.access_key not in (None, signed["key"]):
            return failure("AccessDeniedException", "The security token is invalid.")
        match = _PATH.fullmatch(unquote(request.url.path))
        if request.method != _INVOKE.http["method"] or match is None:
            return failure("ResourceNotFoundException", "No such operation.")
        body = json.loads(await request.body())
        if (invalid := _invalid_field(body)) is not None:
            return failure("ValidationException", f"Malformed input request: #/{invalid}")
        self.invocations.append(Invocation(match["modelId"], signed["region"], body))
        intercepted = self.interceptor(body)
        return intercepted or await self._generate(match["modelId"], body)

    async def _generate(self, model_id: str, body: dict[str, Any]) -> Response:
        across, _, down = body.get("aspect_ratio", "1:1").partition(":")
        unit = self.side / min(int(across), int(down))
        parameters = {
            "prompt": body["prompt"],
            "negative_prompt": body.get("negative_prompt", ""),
            "width": round(int(across) * unit / 8) * 8,
            "height": round(int(down) * unit / 8) * 8,
            "num_inference_steps": STEPS,
            "guidance_scale": GUIDANCE,
            "seed": body.get("seed", 0),
        }
        transport = httpx.ASGITransport(self.container)
        async with httpx.AsyncClient(transport=transport, base_url="http://container") as client:
            result = await client.post(
                f"/endpoints/{model_id}/invocations",
                json=parameters,
                headers={"accept": "application/json;png"},
                timeout=None,
            )
        if result.is_success:
            (image,) = result.json()["generated_images"]
            return answer([image], [None], body.get("seed", 0))
        return _model_failure(result)


def answer(images: list[str], finish_reasons: Sequence[str | None], seed: int = 0) -> Response:
    """Return the response of a model."""
    return JSONResponse({"seeds": [seed], "finish_reasons": finish_reasons, "images": images})


def failure(name: str, message: str, **members: object) -> Response:
    """Return one of the errors of `InvokeModel` in botocore's model."""
    return JSONResponse(
        {"message": message, **members}, ERRORS[name], headers={"x-amzn-errortype": name}
    )


def _invalid_field(body: dict[str, Any]) -> str | None:
    """Return the name of an unknown, missing or invalid field."""
    if "prompt" not in body:
        return "prompt"
    source = {"image", "strength"}
    if body.get("mode") == "image-to-image":
        # Stability's reference: both are required, and the size is that of the source.
        misplaced = (source - set(body)) | ({"aspect_ratio"} & set(body))
    else:
        misplaced = source & set(body)
    unknown = set(body) - set(FIELDS)
    invalid = {name for name, value in body.items() if name in FIELDS and not FIELDS[name](value)}
    return min(misplaced | unknown | invalid, default=None)


def _model_failure(result: httpx.Response) -> Response:
    """Return Bedrock's response to an error of the container."""
    original = result.json().get("OriginalMessage")
    reported = json.loads(original) if original else result.json()
    code, message = reported.get("code"), str(reported.get("message"))
    if code == "ContentFiltered":
        return answer([], ["Filter reason: output image"])
    if code == "ModelUnavailable":
        return failure("ResourceNotFoundException", message)
    status = result.json().get("OriginalStatusCode", result.status_code)
    if status == 429:
        return failure("ThrottlingException", message)
    return failure("ModelErrorException", message, originalStatusCode=status)
