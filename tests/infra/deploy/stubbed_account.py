"""An account with stubbed responses, because AWS's control plane has no local emulator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import boto3
from botocore.stub import Stubber

from studio_deploy.account import Account

REGION = "eu-central-1"


class StubbedAccount(Account):
    """An account with boto3 clients that validate requests and responses but send nothing.

    Attributes:
        other_regions: The other regions in which the account was used.
    """

    def __init__(self) -> None:
        super().__init__(REGION)
        self.other_regions: list[str] = []
        self._stubbers: dict[str, Stubber] = {}
        self._clients: dict[str, Any] = {}

    def client(self, service: str) -> Any:  # type: ignore[override] # the base caches its clients
        self.stubber(service)
        return self._clients[service]

    def in_region(self, region: str) -> Account:
        self.other_regions.append(region)
        return self

    def stubber(self, service: str) -> Stubber:
        if service not in self._stubbers:
            client: Any = boto3.client(  # type: ignore[call-overload] # any service
                service, region_name=REGION, aws_access_key_id="A", aws_secret_access_key="s"
            )
            self._clients[service] = client
            self._stubbers[service] = Stubber(client)
            self._stubbers[service].activate()
        return self._stubbers[service]

    def add_response(
        self, service: str, operation: str, response: Mapping[str, Any], **expected: Any
    ) -> None:
        """Expect this operation as the next call of a service, and return the response."""
        self.stubber(service).add_response(operation, dict(response), expected or None)

    def add_error(self, service: str, operation: str, code: str, message: str = "") -> None:
        """Expect this operation as the next call of a service, and raise a ClientError."""
        self.stubber(service).add_client_error(operation, code, message)

    def assert_all_called(self) -> None:
        """Assert that every expected call was made."""
        for stubber in self._stubbers.values():
            stubber.assert_no_pending_responses()
