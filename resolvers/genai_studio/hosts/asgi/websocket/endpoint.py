"""The WebSocket endpoint: handshake and connection limits."""

from __future__ import annotations

from starlette.websockets import WebSocket

from genai_studio.hosts.asgi.fair_turns import FairTurns
from genai_studio.hosts.asgi.options import AsgiOptions
from genai_studio.hosts.asgi.websocket.connection_counts import ConnectionCounts
from genai_studio.hosts.asgi.websocket.messages import SUBPROTOCOL, CloseCode
from genai_studio.hosts.asgi.websocket.session import WebSocketSession
from genai_studio.ports import Clock, Identity
from genai_studio.schema.shared_work import SharedWork
from genai_studio.schema.strawberry_internals import is_same_origin, normalize_origin
from genai_studio.services.studio import Studio


class GraphQLOverWebSocket:
    """Accept connections with the subprotocol `graphql-transport-ws`."""

    def __init__(
        self,
        studio: Studio,
        identity: Identity,
        options: AsgiOptions,
        clock: Clock,
        turns: FairTurns,
    ) -> None:
        self._studio = studio
        self._identity = identity
        self._options = options
        self._clock = clock
        self._turns = turns
        self._counts = ConnectionCounts(options.ws_max_connections_per_user)
        self._operations = ConnectionCounts(options.ws_max_subscriptions_per_user)
        self._shared = SharedWork()
        self._open = 0
        self._origins = frozenset(map(normalize_origin, options.cors_origins))

    async def serve(self, websocket: WebSocket) -> None:
        """Serve a connection until it closes."""
        if not self._is_allowed_origin(websocket):
            await websocket.close()  # before accepting, so the handshake fails with 403
        elif SUBPROTOCOL not in websocket.scope["subprotocols"]:
            await websocket.accept()
            await websocket.close(
                CloseCode.SUBPROTOCOL_NOT_ACCEPTABLE, f"Use the subprotocol {SUBPROTOCOL}"
            )
        elif self._open >= self._options.ws_max_connections:
            await websocket.accept(subprotocol=SUBPROTOCOL)
            await websocket.close(CloseCode.TRY_AGAIN_LATER, "Too many connections")
        else:
            self._open += 1
            try:
                await self._serve(websocket)
            finally:
                self._open -= 1

    async def _serve(self, websocket: WebSocket) -> None:
        await websocket.accept(subprotocol=SUBPROTOCOL)
        session = WebSocketSession(
            websocket,
            self._studio,
            self._identity,
            self._options,
            self._clock,
            self._counts,
            self._operations,
            self._turns,
            self._shared,
        )
        await session.run()

    def _is_allowed_origin(self, websocket: WebSocket) -> bool:
        # Browsers do not apply CORS to WebSockets: any page may open one, so check the
        # Origin header here. Clients other than browsers do not send it.
        origin = websocket.headers.get("origin")
        if origin is None or is_same_origin(origin, websocket.headers.get("host")):
            return True
        normalized = normalize_origin(origin)
        return normalized is not None and normalized in self._origins
