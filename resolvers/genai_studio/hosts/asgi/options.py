"""Options of the ASGI host, with defaults for one machine."""

from __future__ import annotations

from dataclasses import dataclass

from genai_studio.aws.user_pool import UserPool


@dataclass(frozen=True, slots=True, kw_only=True)
class AsgiOptions:
    """Addresses, sign-in and limits of the host.

    Attributes:
        version: Version of the package, for the web page.
        user_pool: The Cognito user pool for sign-in; None if users sign in with
            the link that the studio prints.
        allowed_hosts: Host names, with or without port, to accept in the Host
            header in addition to `localhost` and the loopback addresses. “*”
            accepts every name; use it only behind a proxy that checks the name.
        base_path: Path of the studio behind a reverse proxy, such as `/studio`.
            Empty for the root.
        trusted_proxies: Addresses and networks of reverse proxies whose
            `X-Forwarded-…` headers are used.
        cors_origins: Origins, such as `https://example.com`, whose pages may use
            the API from a browser.
        max_body_bytes: Maximum size of the body of `POST /graphql`.
        max_operations: Requests that are executed at a time; others wait.
        max_operations_per_user: The same for one user. Users take turns.
        ws_init_timeout_seconds: Time to receive `connection_init`.
        ws_max_connections: Open WebSockets of all users, including unauthenticated ones.
        ws_max_connections_per_user: Open WebSockets of one user.
        ws_max_subscriptions: Active operations of one WebSocket.
        ws_max_subscriptions_per_user: Active operations of all WebSockets of one user.
            Each update is sent to all of them, which delays the updates of other users.
        ws_max_message_characters: Maximum size of a message from a client.
        ws_send_timeout_seconds: Time for a client to read a message before the
            host closes its connection.
    """

    version: str
    user_pool: UserPool | None = None
    allowed_hosts: tuple[str, ...] = ()
    base_path: str = ""
    trusted_proxies: tuple[str, ...] = ()
    cors_origins: tuple[str, ...] = ()
    max_body_bytes: int = 1_000_000
    max_operations: int = 256
    max_operations_per_user: int = 8
    ws_init_timeout_seconds: float = 5.0
    ws_max_connections: int = 1000
    ws_max_connections_per_user: int = 20
    ws_max_subscriptions: int = 50
    ws_max_subscriptions_per_user: int = 50
    ws_max_message_characters: int = 256_000
    ws_send_timeout_seconds: float = 10.0
