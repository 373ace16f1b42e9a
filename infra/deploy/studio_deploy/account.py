"""boto3 clients for one AWS account and region."""

from __future__ import annotations

from functools import cache
from typing import Any

import boto3
from botocore.config import Config

_CONFIG = Config(connect_timeout=5, read_timeout=30, retries={"mode": "standard"})


class Account:
    """An account, accessed with the credentials that the AWS command line would use."""

    def __init__(self, region: str) -> None:
        self.region = region
        self._session: Any = boto3.Session(region_name=region)

    @cache  # noqa: B019 - an account lives as long as the process
    def client(self, service: str) -> Any:  # noqa: ANN401 - boto3 clients have no static type
        """Return the client of a service. Later calls return the same client."""
        return self._session.client(service, config=_CONFIG)

    def in_region(self, region: str) -> Account:
        """Return the same account in a region, which may be this one."""
        return self if region == self.region else Account(region)
