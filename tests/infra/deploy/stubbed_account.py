"""An account whose answers are written down: AWS's control plane cannot run here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import boto3
from botocore.stub import Stubber

from studio_deploy.account import Account

REGION = "eu-central-1"


class StubbedAccount(Account):
    """boto3's own clients, which check what they are asked and told; nothing leaves them."""

    def __init__(self) -> None:
        super().__init__(REGION)
        self._stubbers: dict[str, Stubber] = {}
        self._clients: dict[str, Any] = {}

    def client(self, service: str) -> Any:
        self.stubber(service)
        return self._clients[service]

    def stubber(self, service: str) -> Stubber:
        if service not in self._stubbers:
            client: Any = boto3.client(  # type: ignore[call-overload] # any service
                service, region_name=REGION, aws_access_key_id="A", aws_secret_access_key="s"
            )
            self._clients[service] = client
            self._stubbers[service] = Stubber(client)
            self._stubbers[service].activate()
        return self._stubbers[service]

    def answers(
        self, service: str, operation: str, answer: Mapping[str, Any], **expected: Any
    ) -> None:
        """The next call of a service is this one, and is answered so."""
        self.stubber(service).add_response(operation, dict(answer), expected or None)

    def refuses(self, service: str, operation: str, code: str, message: str = "") -> None:
        """The next call of a service is this one, and ends with an error."""
        self.stubber(service).add_client_error(operation, code, message)

    def demand_all_asked(self) -> None:
        """Nothing that was written down was left out."""
        for stubber in self._stubbers.values():
            stubber.assert_no_pending_responses()
