"""Create the parts of each Lambda function from its settings.

Each function here creates what one Lambda function needs and imports nothing
else, because imports add to the cold start. All of them raise
`StudioUnavailable` if a setting is missing or invalid. The message names the
environment variable.

A studio in AWS has no live drafts: they would compete with images for the
endpoint, and the API would need Pillow and permission to invoke the endpoint.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from genai_studio.bootstrap.aws_account import AwsAccount, missing_setting
from genai_studio.domain.catalog import Catalog, Model
from genai_studio.ports import Clock, Identity
from genai_studio.settings import Settings

if TYPE_CHECKING:
    from genai_studio.aws.queue.dead_letters import DeadLetters
    from genai_studio.aws.queue.job_queue import JobQueue
    from genai_studio.aws.records.postings import Postings
    from genai_studio.aws.records.reindex import Reindex
    from genai_studio.aws.user_pool import UserPool
    from genai_studio.bootstrap.aws_async import AsyncParts
    from genai_studio.services.attempt.async_starter import AsyncStarter
    from genai_studio.services.attempt.sync_runner import SyncRunner
    from genai_studio.services.dead_lettered import DeadLettered
    from genai_studio.services.relay import Relay
    from genai_studio.services.studio import Studio
    from genai_studio.services.sweep import Sweep

STORAGE_DURATION = timedelta(seconds=20)
"""Maximum time to encode and store the images of an attempt."""

ASYNC_REQUEST_DURATION = timedelta(seconds=30)
"""Maximum time to send the requests of an attempt to an asynchronous endpoint."""


@dataclass(frozen=True, slots=True)
class ApiParts:
    """The services behind AppSync.

    Attributes:
        offline: Returns a context in which AWS calls of the services return empty results.
    """

    studio: Studio
    offline: Callable[[], AbstractContextManager[None]]


def api_parts(settings: Settings) -> ApiParts:
    """Create the services behind AppSync, without a verifier: its library has 20 MB."""
    account = AwsAccount(settings)
    return ApiParts(account.studio(Catalog((account.model,))), account.offline)


def verifier_studio(settings: Settings) -> Studio:
    """Create the services behind the fields of AppSync that validate signatures of images."""
    account = AwsAccount(settings)
    return account.studio(Catalog((account.model,)), account.credential_verifier)


@dataclass(frozen=True, slots=True)
class HttpParts:
    """The services behind the HTTP API, and the identity provider of its callers.

    Attributes:
        offline: See `ApiParts`.
    """

    studio: Studio
    identity: Identity
    user_pool: UserPool
    clock: Clock
    offline: Callable[[], AbstractContextManager[None]]


def http_parts(settings: Settings) -> HttpParts:
    """Create the services behind the HTTP API."""
    from genai_studio.aws.identity import CognitoIdentity
    from genai_studio.bootstrap.user_pool import user_pool

    account = AwsAccount(settings)
    pool = user_pool(settings)
    if pool is None:
        raise missing_setting("cognito_user_pool")
    identity = CognitoIdentity(pool.issuer, pool.client_id, account.clock, pool.keys_url)
    studio = account.studio(Catalog((account.model,)), account.credential_verifier)
    return HttpParts(studio, identity, pool, account.clock, account.offline)


@dataclass(frozen=True, slots=True)
class PublisherParts:
    """The processors of the table's change stream."""

    relay: Relay
    postings: Postings


def publisher_parts(settings: Settings) -> PublisherParts:
    """Create the relay to AppSync and the search index writer."""
    from genai_studio.aws.blocking import BlockingCalls
    from genai_studio.aws.client import CONNECTIONS
    from genai_studio.aws.records.postings import Postings
    from genai_studio.sagemaker.exchange_keys import exchange_prefix
    from genai_studio.services.relay import Relay

    account = AwsAccount(settings)
    temporary_prefixes = (exchange_prefix,) if account.is_async else ()
    relay = Relay(account.records, account.images, account.events, temporary_prefixes)
    calls = BlockingCalls("DynamoDB", CONNECTIONS)
    return PublisherParts(relay, Postings(account.dynamodb, account.table, calls))


@dataclass(frozen=True, slots=True)
class WorkerParts:
    """The processor of the generations in the queue.

    Attributes:
        max_attempt_duration: Maximum duration of an attempt.
        flush_progress: Awaited before the function returns, to publish pending progress.
    """

    runner: SyncRunner | AsyncStarter
    queue: JobQueue
    clock: Clock
    max_attempt_duration: timedelta
    flush_progress: Callable[[], Awaitable[None]]


def worker_parts(settings: Settings) -> WorkerParts:
    """Create the worker. It waits for the endpoint unless that is asynchronous."""
    account = AwsAccount(settings)
    queue, clock = account.queue, account.clock
    if account.is_async:
        return WorkerParts(
            account.async_parts.starter,
            queue,
            clock,
            ASYNC_REQUEST_DURATION + STORAGE_DURATION,
            _no_progress,
        )
    from genai_studio.imaging.editing.prepare import prepare_edit
    from genai_studio.services.attempt.sync_runner import LeaseTiming, SyncRunner

    events = account.events
    runner = SyncRunner(
        account.records,
        account.images,
        account.endpoint,
        events,
        clock,
        account.encode_image,
        prepare_edit,
        LeaseTiming(),
    )
    return WorkerParts(runner, queue, clock, max_attempt_duration(account.model), events.aclose)


def max_attempt_duration(model: Model) -> timedelta:
    """Return the maximum duration of an attempt: sequential endpoint calls plus storage.

    A streaming endpoint gets one call, which may take longer. The lease and the
    function's deadline limit it.
    """
    from genai_studio.sagemaker.client import CONNECT_TIMEOUT_SECONDS, READ_TIMEOUT_SECONDS

    calls = 1 if model.streams else model.limits.count.max
    call_duration = timedelta(seconds=CONNECT_TIMEOUT_SECONDS + READ_TIMEOUT_SECONDS)
    return calls * call_duration + STORAGE_DURATION


def completion_parts(settings: Settings) -> AsyncParts:
    """Create the collector of asynchronous results."""
    return AwsAccount(settings).async_parts


@dataclass(frozen=True, slots=True)
class SweeperParts:
    """The processors of time limits, dead letters and outdated search terms."""

    sweep: Sweep
    dead_lettered: DeadLettered
    dead_letters: DeadLetters
    reindex: Reindex


def sweeper_parts(settings: Settings) -> SweeperParts:
    """Create the sweeper.

    With an asynchronous endpoint it also sends queue messages, so it needs the
    queue's URL and permission for `sqs:SendMessage`.
    """
    from genai_studio.aws.blocking import BlockingCalls
    from genai_studio.aws.client import CONNECTIONS
    from genai_studio.aws.queue.dead_letters import DeadLetters
    from genai_studio.aws.records.postings import Postings
    from genai_studio.aws.records.reindex import Reindex
    from genai_studio.services.dead_lettered import DeadLettered
    from genai_studio.services.sweep import Sweep

    account = AwsAccount(settings)
    records, clock = account.records, account.clock
    calls = BlockingCalls("DynamoDB", CONNECTIONS)
    postings = Postings(account.dynamodb, account.table, calls)
    send_to_worker = account.queue.send if account.is_async else None
    return SweeperParts(
        Sweep(records, clock, send_to_worker),
        DeadLettered(records, clock),
        DeadLetters(account.sqs, account.require("dead_letter_queue_url")),
        Reindex(account.dynamodb, account.table, calls, postings),
    )


async def _no_progress() -> None:
    return None
