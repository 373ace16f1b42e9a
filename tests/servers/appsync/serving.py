"""The emulator on loopback, at an address in the clear and at one with a certificate."""

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
    """Where it answers.

    Attributes:
        url: For whoever sends requests or can be given a `ws://` address.
        secure_url: For `aws-amplify`, which makes `wss://` of every address.
        authority: PEM file of who issued the certificate of `secure_url`.
    """

    url: str
    secure_url: str
    authority: Path


@asynccontextmanager
async def serve(api: AppSync, directory: Path) -> AsyncIterator[ServedApi]:
    """Serve an API until the block ends.

    Args:
        directory: For the certificate.
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
