"""Run all checks of a deployed studio, each with what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial

import httpx

from genai_studio.hosts.cli.deployed_studio import account, web
from genai_studio.hosts.cli.deployed_studio.account import Clients, botocore_clients
from genai_studio.hosts.cli.deployed_studio.outputs import Outputs
from genai_studio.hosts.cli.output.findings import Finding

TIMEOUT_SECONDS = 15


def examine(
    outputs: Outputs,
    *,
    clients: Clients | None = None,
    http: httpx.Client | None = None,
    now: datetime | None = None,
) -> Iterator[Finding]:
    """Run the checks in the order in which a user of the studio needs the parts.

    Args:
        clients: Creates botocore clients by service name.
    """
    clients = clients or botocore_clients(outputs.region)
    browser = http or httpx.Client(timeout=TIMEOUT_SECONDS, follow_redirects=True)
    today = (now or datetime.now(UTC)).date().isoformat()
    checks: tuple[Callable[[], Iterator[Finding]], ...] = (
        partial(web.page, outputs, browser),
        partial(web.api, "AppSync", outputs.data.url, browser),
        partial(web.api, "HTTP API", outputs.custom.http_url, browser),
        partial(web.user_pool, outputs, browser),
        partial(account.endpoint, outputs, clients),
        partial(account.daily_images, outputs, clients, today),
        partial(account.concurrency, outputs, clients),
        partial(account.mails, outputs, clients),
    )
    with browser:
        for check in checks:
            yield from check()
