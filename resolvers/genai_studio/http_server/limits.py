"""Limits on the connections of a server."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

RESERVED_FILES = 96
"""Open files that are not connections: records, images, models, pipes and clients."""

MIN_CONNECTIONS = 16
MAX_CONNECTIONS = 4_096


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionLimits:
    """Limits on connections, and on the time to wait for a client.

    Attributes:
        total: Open connections.
        per_address: Open connections of one address, except the addresses of reverse
            proxies, which open connections for all clients.
        proxies: Networks of reverse proxies, besides the loopback addresses.
        per_user: Open connections of one user.
        header_bytes: Size of the request line and the headers of one request.
        header_seconds: From the first byte of a request, or from the connection, to the
            end of its headers.
        body_seconds: From the end of the headers to the end of the body.
        unread_body_seconds: From the response to the end of a body that the server did
            not read.
        write_seconds: For a client to read from a full send buffer.
    """

    total: int = MAX_CONNECTIONS
    per_address: int = MAX_CONNECTIONS // 2
    per_user: int = MAX_CONNECTIONS // 4
    proxies: Sequence[Network] = ()
    header_bytes: int = 32_768
    header_seconds: float = 10.0
    body_seconds: float = 60.0
    unread_body_seconds: float = 2.0
    write_seconds: float = 60.0


def limits_for(open_files: int, proxies: Sequence[Network] = ()) -> ConnectionLimits:
    """Return the limits for a process that may open this many files."""
    total = min(max(open_files - RESERVED_FILES, MIN_CONNECTIONS), MAX_CONNECTIONS)
    return ConnectionLimits(
        total=total,
        per_address=total // 2,
        per_user=max(total // 4, MIN_CONNECTIONS // 2),
        proxies=proxies,
    )
