"""What an operator can set about the ASGI host, with defaults fit for one machine."""

from __future__ import annotations

from dataclasses import dataclass

from genai_studio.aws.user_pool import UserPool


@dataclass(frozen=True, slots=True, kw_only=True)
class AsgiOptions:
    """How the host behaves toward its network.

    Attributes:
        version: The package's version, told to the page.
        user_pool: The Cognito user pool where the page signs people in; None
            where a link does that the studio prints.
        allowed_hosts: Host names, with or without a port, that requests may
            name besides this machine's own; “*” allows every name and is only
            for hosts behind something that checks it.
        cors_origins: Origins such as `https://example.com` whose pages may use
            the API from a browser.
        max_body_bytes: The longest body of `POST /graphql`.
        body_timeout_seconds: Until then the whole body must have come.
        ws_init_timeout_seconds: Until then `connection_init` must have come.
        ws_max_connections: WebSockets of everybody, also before they say who they are.
        ws_max_connections_per_user: WebSockets one person may hold open.
        ws_max_subscriptions: Operations under way on one WebSocket.
        ws_max_message_characters: The longest message a client may send.
        ws_send_timeout_seconds: A client that does not take a message for so
            long is disconnected.
    """

    version: str
    user_pool: UserPool | None = None
    allowed_hosts: tuple[str, ...] = ()
    cors_origins: tuple[str, ...] = ()
    max_body_bytes: int = 1_000_000
    body_timeout_seconds: float = 30.0
    ws_init_timeout_seconds: float = 5.0
    ws_max_connections: int = 1000
    ws_max_connections_per_user: int = 20
    ws_max_subscriptions: int = 50
    ws_max_message_characters: int = 256_000
    ws_send_timeout_seconds: float = 10.0
