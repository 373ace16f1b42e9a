"""One AWS account and region, and boto3's clients for it."""

from __future__ import annotations

from functools import cache
from typing import Any

import boto3
from botocore.config import Config

_CONFIG = Config(connect_timeout=5, read_timeout=30, retries={"mode": "standard"})


class Account:
    """Clients by the credentials that the AWS command line would use."""

    def __init__(self, region: str) -> None:
        self.region = region
        self._session: Any = boto3.Session(region_name=region)

    @cache  # noqa: B019 - it lives as long as the command
    def client(self, service: str) -> Any:  # noqa: ANN401 - one of boto3's many types
        """The client of a service, made once."""
        return self._session.client(service, config=_CONFIG)
