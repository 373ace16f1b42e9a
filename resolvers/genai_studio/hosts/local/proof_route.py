"""The route with which a studio proves that it knows the key in its address file."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from genai_studio.local import proof

_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


def proof_route(key: str) -> Route:
    """Answer `GET /proof?challenge=…`; 400 if the challenge is malformed."""

    async def respond(request: Request) -> Response:
        challenge = request.query_params.get("challenge", "")
        if not proof.is_challenge(challenge):
            message = "`challenge` must have 64 hexadecimal digits.\n"
            return PlainTextResponse(message, 400, headers=_HEADERS)
        return PlainTextResponse(proof.answer(key, challenge), headers=_HEADERS)

    return Route(proof.ROUTE, respond, methods=["GET"])
