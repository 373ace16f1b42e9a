"""Fixtures of every host, each with its own studio."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from typing import Any

import pytest

from genai_studio.catalog_file import read_models
from genai_studio.domain.catalog import Catalog
from genai_studio.domain.editing.operation import Operation
from genai_studio.domain.quota import QuotaLimits
from tests.fakes.studio import FakeStudio, a_studio
from tests.hosts.suite.appsync_host import AppSyncHost, ServedAppSyncHost
from tests.hosts.suite.asgi_hosts import AsgiHost, ServedHost
from tests.hosts.suite.host import Host, SubscriptionHost
from tests.hosts.suite.lambda_http_host import LambdaHttpHost

HOSTS: dict[str, Callable[[FakeStudio], AbstractAsyncContextManager[Host]]] = {
    "asgi": AsgiHost.over,
    "uvicorn": ServedHost.over,
    "lambda-http": LambdaHttpHost.over,
    "appsync": AppSyncHost.over,
    "appsync-served": ServedAppSyncHost.over,
}

WITH_SUBSCRIPTIONS = ("asgi", "uvicorn", "appsync-served")
"""Hosts with subscriptions."""


@pytest.fixture
def fakes() -> FakeStudio:
    default, *others = read_models()
    able = replace(default, operations=tuple(Operation))
    return a_studio(limits=QuotaLimits(user=20, unfinished=100), catalog=Catalog((able, *others)))


@pytest.fixture(params=HOSTS)
async def host(request: Any, fakes: FakeStudio) -> AsyncIterator[Host]:
    async with HOSTS[request.param](fakes) as opened:
        yield opened


@pytest.fixture(params=WITH_SUBSCRIPTIONS)
async def subscription_host(request: Any, fakes: FakeStudio) -> AsyncIterator[SubscriptionHost]:
    async with HOSTS[request.param](fakes) as opened:
        assert isinstance(opened, SubscriptionHost)
        yield opened
