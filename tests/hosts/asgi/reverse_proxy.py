"""A reverse proxy as a process: TLS in front, forwarded headers, an optional base path.

Run `python -m tests.hosts.asgi.reverse_proxy UPSTREAM [--prefix PATH] [--strip] [--tls DIR]`
with `HOST:PORT` of the upstream. It prints the port that it listens on. Each request
gets its own connection to the upstream, and WebSockets are passed through.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import ssl
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from subprocess import PIPE, Popen

import trustme

_ROOT = Path(__file__).parents[3]


@dataclass(frozen=True)
class Proxy:
    """The upstream and how requests are changed.

    Attributes:
        upstream: `HOST:PORT`.
        prefix: Path to forward; others get 404. Empty for all.
        strip: Whether to remove the prefix.
        scheme: For `X-Forwarded-Proto`.
    """

    upstream: str
    prefix: str
    strip: bool
    scheme: str

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Forward one request, or one WebSocket."""
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            client = writer.get_extra_info("peername")[0]
            forwarded = self._forwarded(head, client)
            if forwarded is None:
                writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
            else:
                host, _, port = self.upstream.rpartition(":")
                from_upstream, to_upstream = await asyncio.open_connection(host, int(port))
                to_upstream.write(forwarded.encode("latin-1"))
                request = asyncio.create_task(_copy(reader, to_upstream))
                await _copy(from_upstream, writer)
                request.cancel()
                to_upstream.close()
        writer.close()

    def _forwarded(self, head: str, client: str) -> str | None:
        request_line, *lines = head.rstrip("\r\n").split("\r\n")
        method, target, version = request_line.split(" ")
        if not target.startswith(self.prefix):
            return None
        if self.strip:
            target = target.removeprefix(self.prefix) or "/"
        fields = [line.split(":", 1) for line in lines]
        host = next(value.strip() for name, value in fields if name.lower() == "host")
        is_upgrade = any(name.lower() == "upgrade" for name, _ in fields)
        dropped = {"host", *(() if is_upgrade else ("connection",))}
        kept = [
            line
            for line, (name, _) in zip(lines, fields, strict=True)
            if name.lower() not in dropped
        ]
        kept += [
            f"Host: {self.upstream}",
            f"X-Forwarded-Proto: {self.scheme}",
            f"X-Forwarded-Host: {host}",
            f"X-Forwarded-For: {client}",
            *(() if is_upgrade else ("Connection: close",)),
        ]
        return "\r\n".join([f"{method} {target} {version}", *kept, "", ""])


async def _copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await source.read(65536):
            target.write(data)
            await target.drain()


@contextlib.contextmanager
def reverse_proxy(
    upstream: str, *, prefix: str = "", strip: bool = False, tls: Path | None = None
) -> Iterator[int]:
    """Run the proxy in a process until the block ends. Yields its port."""
    command = [sys.executable, "-m", "tests.hosts.asgi.reverse_proxy", upstream]
    command += ["--prefix", prefix, *(["--strip"] if strip else [])]
    command += ["--tls", str(tls)] if tls else []
    with Popen(command, stdout=PIPE, text=True, cwd=_ROOT) as process:
        try:
            assert process.stdout is not None
            yield int(process.stdout.readline())
        finally:
            process.terminate()


def write_certificate(directory: Path) -> Path:
    """Write a certificate for the local addresses, and return the file of its authority."""
    authority = trustme.CA()
    certificate = authority.issue_cert("127.0.0.1", "localhost")
    certificate.private_key_and_cert_chain_pem.write_to_path(directory / "server.pem")
    authority.cert_pem.write_to_path(directory / "authority.pem")
    return directory / "authority.pem"


async def main() -> None:
    """Serve until the process is terminated."""
    parser = argparse.ArgumentParser()
    parser.add_argument("upstream")
    parser.add_argument("--prefix", default="")
    parser.add_argument("--strip", action="store_true")
    parser.add_argument("--tls", type=Path)
    options = parser.parse_args()
    context = None
    if options.tls:
        options.tls.mkdir(exist_ok=True)
        write_certificate(options.tls)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(options.tls / "server.pem")
    scheme = "http" if context is None else "https"
    proxy = Proxy(options.upstream, options.prefix, options.strip, scheme)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0, ssl=context)
    print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201 - read by the test
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
