"""Entry point of the container: `python -m genai_studio.inference`."""

from __future__ import annotations

import logging
import os
import socket
import sys

import uvicorn

from genai_studio.http_server.file_limit import raise_file_limit
from genai_studio.http_server.limits import limits_for
from genai_studio.http_server.server import LimitedServer
from genai_studio.inference.http.app import create_app
from genai_studio.inference.parent import exit_with_parent, lower_priority, report_port
from genai_studio.inference.sampling.loading import build_registry
from genai_studio.inference.settings import Settings, read_settings

# Longer than any client keeps an idle connection, so that the client closes first.
_KEEP_ALIVE_SECONDS = 300
_SHUTDOWN_SECONDS = 20
# When the studio stops its child process, it has already abandoned the work in progress.
_ATTACHED_SHUTDOWN_SECONDS = 1


def main() -> None:
    """Serve until the process receives a signal or its parent exits."""
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    settings = read_settings(sys.argv[1:], os.environ)
    if settings.low_priority:
        lower_priority()
    app = create_app(
        build_registry(settings),
        slots=settings.slots,
        waiting=settings.waiting,
        access_key=settings.access_key,
    )
    server = LimitedServer(
        uvicorn.Config(
            app,
            access_log=False,
            log_config=None,
            server_header=False,
            timeout_keep_alive=_KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=(
                _ATTACHED_SHUTDOWN_SECONDS if settings.attached else _SHUTDOWN_SECONDS
            ),
        ),
        limits_for(raise_file_limit()),
    )

    def stop() -> None:
        server.should_exit = True

    with _listen(settings) as listener:
        if settings.attached:
            exit_with_parent(stop)
            report_port(listener.getsockname()[1])
        server.run(sockets=[listener])


def _listen(settings: Settings) -> socket.socket:
    try:
        listener = _bind(settings, settings.port)
    except OSError:
        if not settings.any_port:
            raise
        listener = _bind(settings, 0)
    # Accepted sockets inherit the option. Without it, Nagle's algorithm holds a progress
    # event until the client acknowledges the previous one.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _bind(settings: Settings, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    return socket.create_server((settings.host, port), family=family, backlog=128)


if __name__ == "__main__":
    main()
