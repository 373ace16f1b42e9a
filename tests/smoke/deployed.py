"""A deployed studio as its clients see it: two addresses, one person."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import httpx

from genai_studio.hosts.cli.client.access import APPSYNC_HOST

Response = dict[str, Any]

_LINK = re.compile(r"(https?://[^\"?]+)\?[^\"]+")


@dataclass(frozen=True, slots=True)
class DeployedHost:
    """One of its two GraphQL hosts.

    Attributes:
        url: Of the API itself.
        client: Closed by whoever made it.
    """

    url: str
    token: str
    client: httpx.Client

    def execute(self, document: str, variables: Mapping[str, Any]) -> Response:
        """The response to a query or mutation."""
        answer = self.client.post(
            self.url,
            json={"query": document, "variables": dict(variables)},
            headers={"Authorization": self._authorization},
        )
        return cast("Response", answer.json())

    @property
    def _authorization(self) -> str:
        appsync = APPSYNC_HOST.fullmatch(httpx.URL(self.url).host)
        return self.token if appsync else f"Bearer {self.token}"


def unsigned(data: object) -> object:
    """Data whose links are compared without their signatures, which differ with the minute."""
    return json.loads(_LINK.sub(r"\1", json.dumps(data)))
