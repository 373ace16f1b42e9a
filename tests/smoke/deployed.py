"""Client of a deployed studio's GraphQL hosts."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import httpx

from genai_studio.hosts.cli.client.access import APPSYNC_HOST

Response = dict[str, Any]

_PRESIGNED_URL = re.compile(r"(https?://[^\"?]+)\?[^\"]+")


@dataclass(frozen=True, slots=True)
class DeployedHost:
    """One GraphQL host: AppSync or API Gateway.

    Attributes:
        url: URL of the GraphQL endpoint.
        client: HTTP client. The caller closes it.
    """

    url: str
    token: str
    client: httpx.Client

    def execute(self, document: str, variables: Mapping[str, Any]) -> Response:
        """Execute a query or mutation and return the GraphQL response."""
        response = self.client.post(
            self.url,
            json={"query": document, "variables": dict(variables)},
            headers={"Authorization": self._authorization},
        )
        return cast("Response", response.json())

    @property
    def _authorization(self) -> str:
        appsync = APPSYNC_HOST.fullmatch(httpx.URL(self.url).host)
        return self.token if appsync else f"Bearer {self.token}"


def without_signatures(data: object) -> object:
    """Remove the query strings of presigned URLs, which differ between two responses."""
    return json.loads(_PRESIGNED_URL.sub(r"\1", json.dumps(data)))
