"""Starts the whole studio as an AWS account runs it, on this machine.

::

    aws-amplify ─► AppSync ─► appsync ─► DynamoDB ─► pipe ─► SQS ─► worker ─► endpoint
         ▲            ▲                      │                │       └─────► S3
         │            └──── publisher ◄──────┘               DLQ ◄─ sweeper
         └── push ───────────┘

Functions are the deployed handlers in processes of their own. DynamoDB Local,
SeaweedFS, ministack (Cognito, SQS), the inference app and the AppSync emulator
stand in for services; what lies between them, EventBridge Pipes, Lambda and its
event sources, is emulated beside this file from `infra/pipeline.json`.
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
from tests.rehearsal.emulators.event_sources import follow_stream, work_off_queue
from tests.rehearsal.emulators.pipe import run_pipe
from tests.rehearsal.system.account import opened_account
from tests.rehearsal.system.amplify_client import AmplifyClient
from tests.rehearsal.system.cloud import Cloud
from tests.servers.appsync.execution import FunctionFailed
from tests.servers.resources.user_pool import PASSWORD, sign_in

USERNAME = "ada"


@asynccontextmanager
async def running_cloud(directory: Path, mode: str = "streaming") -> AsyncIterator[Cloud]:
    """Everything, with somebody signed in and subscribed, until the block ends.

    Args:
        mode: See `opened_account`.
    """
    async with AsyncExitStack() as stack:
        resolver = Fleet([])
        account = await stack.enter_async_context(opened_account(directory, mode, resolver.invoke))
        definition = account.pipeline
        await asyncio.to_thread(sign_in, account.pool, USERNAME)  # so that there is somebody

        second = "completion" if mode == "async" else "http"
        names = ["appsync", "publisher", "sweeper", second]
        names += ["worker"] * definition["worker"]["maximumConcurrency"]
        environments = [Environment(account.function(name)).running() for name in names]
        appsync, publisher, sweeper, another, *workers = await asyncio.gather(
            *(stack.enter_async_context(one) for one in environments)
        )
        resolver.add(appsync)
        client = AmplifyClient.started(account.pool, account.api)
        amplify = await stack.enter_async_context(client)
        signed_in = await amplify.do("signIn", username=USERNAME, password=PASSWORD)
        assert signed_in["isSignedIn"]
        await amplify.do("subscribe", name="mine", query=operation("generationUpdated"))

        others = Fleet([another])
        cloud = Cloud(
            account, amplify, signed_in["sub"], signed_in["token"], Fleet(workers), others
        )
        table, queue_url = account.table, account.queue_url
        endless = (
            run_pipe(definition["pipe"], table, queue_url),
            work_off_queue(definition["worker"], queue_url, cloud.workers),
            follow_stream(definition["publisher"], table, Fleet([publisher]), cloud.lost),
            _sweep(definition.sweeps, Fleet([sweeper])),
            _notify(cloud, others),
        )
        cloud.background = await stack.enter_async_context(_in_background(endless))
        yield cloud


@asynccontextmanager
async def _in_background(
    work: tuple[Coroutine[Any, Any, None], ...],
) -> AsyncIterator[list[asyncio.Task[None]]]:
    """Runs what has no end until the block ends."""
    tasks = [asyncio.create_task(one) for one in work]
    try:
        yield tasks
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _sweep(every: float, sweeper: Fleet) -> None:
    """EventBridge's schedule."""
    while True:
        with suppress(FunctionFailed):  # the next minute tries again
            await sweeper.invoke({"source": "aws.scheduler"})
        await asyncio.sleep(every)


async def _notify(cloud: Cloud, completion: Fleet) -> None:
    """SNS."""
    while True:
        with suppress(queue.Empty):
            notice = await asyncio.to_thread(cloud.account.notices.get, timeout=0.5)
            if cloud.notices_are_lost:
                cloud.lost_notices.append(notice)
                continue
            with suppress(FunctionFailed):  # then the sweeper looks
                await completion.invoke(notice)
