"""Start the whole studio as it runs in an AWS account, on this machine.

::

    aws-amplify ─► AppSync ─► appsync ─► DynamoDB ─► pipe ─► SQS ─► worker ─► endpoint
         ▲            ▲                      │                │       └─────► S3
         │            └──── publisher ◄──────┘               DLQ ◄─ sweeper
         └── push ───────────┘

Functions are the deployed handlers, each in its own process. DynamoDB Local,
SeaweedFS, ministack (Cognito, SQS), the inference application and the AppSync
emulator replace the services. `tests/rehearsal/emulators` replaces EventBridge
Pipes, Lambda and its event sources, with the settings of `infra/pipeline.json`.
"""

from __future__ import annotations

import asyncio
import queue
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from tests.hosts.suite.cases import operation
from tests.rehearsal.emulators.aws_lambda import Environment, Fleet
from tests.rehearsal.emulators.event_sources import poll_queue, poll_stream
from tests.rehearsal.emulators.pipe import run_pipe
from tests.rehearsal.system.account import opened_account
from tests.rehearsal.system.amplify_client import AmplifyClient
from tests.rehearsal.system.cloud import Cloud
from tests.rehearsal.system.resolvers import Resolvers
from tests.servers.appsync.execution import FunctionFailed
from tests.servers.resources.user_pool import PASSWORD, sign_in

USERNAME = "ada"


@asynccontextmanager
async def running_cloud(directory: Path, mode: str = "streaming") -> AsyncIterator[Cloud]:
    """Run the studio with a signed-in and subscribed user until the block ends.

    Args:
        mode: See `opened_account`.
    """
    async with AsyncExitStack() as stack:
        resolvers = Resolvers()
        opened = opened_account(directory, mode, resolvers.invoke)
        account = await stack.enter_async_context(opened)
        definition = account.pipeline
        await asyncio.to_thread(sign_in, account.pool, USERNAME)  # creates the user

        mode_specific = "completion" if mode == "async" else "http"
        names = ["appsync", "verifier", "publisher", "sweeper", mode_specific]
        names += ["worker"] * definition["worker"]["maximumConcurrency"]
        environments = [Environment(account.function(name)).running() for name in names]
        appsync, verifier, publisher, sweeper, other, *workers = await asyncio.gather(
            *(stack.enter_async_context(environment) for environment in environments)
        )
        resolvers.appsync.add(appsync)
        resolvers.verifier.add(verifier)
        client = AmplifyClient.started(account.pool, account.api)
        amplify = await stack.enter_async_context(client)
        signed_in = await amplify.run("signIn", username=USERNAME, password=PASSWORD)
        assert signed_in["isSignedIn"]
        await amplify.run("subscribe", name="mine", query=operation("generationUpdated"))

        other_fleet = Fleet([other])
        cloud = Cloud(
            account, amplify, signed_in["sub"], signed_in["token"], Fleet(workers), other_fleet
        )
        table, queue_url = account.table, account.queue_url
        unpublished = cloud.unpublished
        event_sources = (
            run_pipe(definition["pipe"], table, queue_url),
            poll_queue(definition["worker"], queue_url, cloud.workers),
            poll_stream(definition["publisher"], table, Fleet([publisher]), unpublished),
            _run_schedule(definition.sweep_interval, Fleet([sweeper])),
            _deliver_notifications(cloud, other_fleet),
        )
        cloud.background = await stack.enter_async_context(in_background(event_sources))
        yield cloud


@asynccontextmanager
async def in_background(
    coroutines: tuple[Coroutine[Any, Any, None], ...],
) -> AsyncIterator[list[asyncio.Task[None]]]:
    """Run coroutines as tasks until the block ends."""
    tasks = [asyncio.create_task(coroutine) for coroutine in coroutines]
    try:
        yield tasks
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _run_schedule(interval: float, sweeper: Fleet) -> None:
    """Invoke the sweeper regularly, as an EventBridge rule does."""
    while True:
        with suppress(FunctionFailed):  # the next invocation tries again
            await sweeper.invoke({"source": "aws.scheduler"})
        await asyncio.sleep(interval)


async def _deliver_notifications(cloud: Cloud, completion: Fleet) -> None:
    """Invoke the completion function for each notification, as SNS does."""
    while True:
        with suppress(queue.Empty):
            event = await asyncio.to_thread(cloud.account.notifications.get, timeout=0.5)
            if cloud.drop_notifications:
                cloud.dropped_notifications.append(event)
                continue
            with suppress(FunctionFailed):  # the sweeper collects the result later
                await completion.invoke(event)
