"""Every host, each over a studio of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest

from genai_studio.domain.quota import QuotaLimits
from tests.fakes.studio import FakeStudio, a_studio
from tests.hosts.suite.appsync_host import AppSyncHost, ServedAppSyncHost
from tests.hosts.suite.asgi_hosts import AsgiHost, ServedHost
from tests.hosts.suite.host import Host, PushingHost
from tests.hosts.suite.lambda_http_host import LambdaHttpHost

HOSTS: dict[str, Callable[[FakeStudio], AbstractAsyncContextManager[Host]]] = {
    "asgi": AsgiHost.over,
    "uvicorn": ServedHost.over,
    "lambda-http": LambdaHttpHost.over,
    "appsync": AppSyncHost.over,
    "appsync-served": ServedAppSyncHost.over,
}

PUSHING = ("asgi", "uvicorn", "appsync-served")
"""Those with subscriptions of their own."""


@pytest.fixture
def fakes() -> FakeStudio:
    return a_studio(limits=QuotaLimits(user=20))


@pytest.fixture(params=HOSTS)
async def host(request: Any, fakes: FakeStudio) -> AsyncIterator[Host]:
    async with HOSTS[request.param](fakes) as opened:
        yield opened


@pytest.fixture(params=PUSHING)
async def pushing(request: Any, fakes: FakeStudio) -> AsyncIterator[PushingHost]:
    async with HOSTS[request.param](fakes) as opened:
        assert isinstance(opened, PushingHost)
        yield opened
