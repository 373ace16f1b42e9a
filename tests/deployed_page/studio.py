"""Run a deployed studio under the host names that it has in AWS.

The functions are the deployed handlers in their own processes. They call S3 by its
real host name through a proxy, so that presigned URLs are those of a deployment. The
page has the outputs, the archive and the headers that `make deploy` produces.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from starlette.middleware.cors import CORSMiddleware

from studio_deploy import page
from studio_deploy.amplify_outputs import amplify_outputs
from studio_deploy.custom_http import custom_http
from tests.deployed_page.front import Front, front, realtime
from tests.deployed_page.hosting import Hosting
from tests.infra.deploy.stack_outputs import stack_outputs
from tests.rehearsal.emulators.aws_lambda import Environment, Fleet
from tests.rehearsal.emulators.event_sources import poll_queue, poll_stream
from tests.rehearsal.emulators.pipe import run_pipe
from tests.rehearsal.system.account import opened_account
from tests.rehearsal.system.fault_proxy import FaultProxy
from tests.rehearsal.system.resolvers import Resolvers
from tests.rehearsal.system.start import in_background
from tests.servers.processes.ministack import MINISTACK
from tests.servers.processes.running import url_of
from tests.servers.processes.seaweedfs import SEAWEEDFS
from tests.servers.resources.user_pool import PASSWORD, sign_in

USERNAME = "ada@example.com"


@dataclass(frozen=True)
class DeployedStudio:
    """A running studio.

    Attributes:
        page_url: URL of the page.
        front: Where the host names are served.
        outputs: The content of `amplify_outputs.json`.
    """

    page_url: str
    front: Front
    outputs: dict[str, Any]
    username: str = USERNAME
    password: str = PASSWORD


@asynccontextmanager
async def deployed_studio(region: str, directory: Path) -> AsyncIterator[DeployedStudio]:
    """Run a studio with one user in a region until the block ends."""
    async with AsyncExitStack() as stack:
        resolvers, failed = Resolvers(), list[dict[str, object]]()
        account = await stack.enter_async_context(
            opened_account(directory, "streaming", resolvers.invoke, region)
        )
        await asyncio.to_thread(sign_in, account.pool, USERNAME)  # creates the user
        outputs = amplify_outputs(
            stack_outputs(region, account.pool.pool_id, account.pool.client_id, account.bucket)
        )
        cognito, s3 = [
            await stack.enter_async_context(FaultProxy(url_of(server)).running())
            for server in (MINISTACK, SEAWEEDFS)
        ]
        api_host = urlsplit(outputs["data"]["url"]).netloc
        bucket_host = f"{account.bucket}.s3.{region}.amazonaws.com"
        page_url = outputs["custom"]["page_url"]
        # AppSync allows all origins.
        appsync = CORSMiddleware(
            account.appsync.app, allow_origins=["*"], allow_methods=["POST"], allow_headers=["*"]
        )
        hosting = Hosting(page.zip_page(page.BUILT, outputs), custom_http(outputs))
        served = await stack.enter_async_context(
            front(
                {
                    urlsplit(page_url).netloc: hosting.app,
                    api_host: appsync,
                    api_host.replace("appsync-api", "appsync-realtime-api"): realtime(
                        appsync, api_host
                    ),
                    f"cognito-idp.{region}.amazonaws.com": cognito.app,
                    bucket_host: s3.app,
                    # S3 also has a global host name.
                    f"{account.bucket}.s3.amazonaws.com": s3.app,
                },
                directory,
            )
        )
        through_front = {
            "AWS_ENDPOINT_URL_S3": "",
            "HTTPS_PROXY": served.proxy,
            "AWS_CA_BUNDLE": str(served.authority),
        }
        account = replace(account, overrides=through_front)
        environments = [
            Environment(account.function(name)).running()
            for name in ("appsync", "verifier", "publisher", "worker")
        ]
        appsync_function, verifier, publisher, worker = await asyncio.gather(
            *(stack.enter_async_context(environment) for environment in environments)
        )
        resolvers.appsync.add(appsync_function)
        resolvers.verifier.add(verifier)
        definition, table, queue_url = account.pipeline, account.table, account.queue_url
        event_sources = (
            run_pipe(definition["pipe"], table, queue_url, region),
            poll_queue(definition["worker"], queue_url, Fleet([worker]), region),
            poll_stream(definition["publisher"], table, Fleet([publisher]), failed),
        )
        await stack.enter_async_context(in_background(event_sources))
        yield DeployedStudio(page_url, served, outputs)
