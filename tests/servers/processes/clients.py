"""boto3 clients for the servers of this run."""

from __future__ import annotations

from functools import cache
from typing import Any

import boto3
from botocore.config import Config

from tests.servers.processes.running import url_of
from tests.servers.processes.server import ACCESS_KEY, REGION, SECRET_KEY, Server


@cache  # clients are thread-safe and slow to create
def client(
    service: str,
    server: Server,
    *,
    secret_key: str = SECRET_KEY,
    region: str = REGION,
    **options: Any,
) -> Any:
    """Return a boto3 client of an AWS service that calls a server of this run."""
    session: Any = boto3.session.Session()
    return session.client(
        service,
        endpoint_url=url_of(server),
        region_name=region,
        aws_access_key_id=ACCESS_KEY,
        aws_secret_access_key=secret_key,
        config=Config(proxies={}, max_pool_connections=32, **options),
    )
