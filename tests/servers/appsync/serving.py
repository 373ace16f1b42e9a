"""Serve the emulator on loopback over HTTP and HTTPS."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import trustme

from tests.hosts.asgi.uvicorn_server import served
from tests.servers.appsync.app import AppSync


@dataclass(frozen=True)
class ServedApi:
    """The addresses of a served API.

    Attributes:
        url: HTTP URL, for clients that support `ws://`.
        secure_url: HTTPS URL, for `aws-amplify`, which always uses `wss://`.
        authority: PEM file of the certificate authority of `secure_url`.
    """

    url: str
    secure_url: str
    authority: Path


@asynccontextmanager
async def serve(api: AppSync, directory: Path) -> AsyncIterator[ServedApi]:
    """Serve an API until the block ends.

    Args:
        directory: Where to write the certificate files.
    """
    authority = trustme.CA()
    certificate = authority.issue_cert("127.0.0.1", "localhost")
    files = {name: directory / f"{name}.pem" for name in ("authority", "key", "chain")}
    authority.cert_pem.write_to_path(files["authority"])
    certificate.private_key_pem.write_to_path(files["key"])
    for number, part in enumerate(certificate.cert_chain_pems):
        part.write_to_path(files["chain"], append=number > 0)
    async with (
        served(api.app) as address,
        served(api.app, ssl_keyfile=files["key"], ssl_certfile=files["chain"]) as secure,
    ):
        yield ServedApi(
            f"http://{address}/graphql", f"https://{secure}/graphql", files["authority"]
        )
