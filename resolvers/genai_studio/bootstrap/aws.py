"""A studio in an AWS account: the parts of each Lambda function, wired from its settings.

Each function here makes what one Lambda function needs and imports nothing
that another does: every import counts toward a cold start. All of them raise
`StudioUnavailable` where a setting is missing or cannot be followed; the
message names its variable.

A studio in AWS draws no live drafts: a draft would wait in line with images,
and the API would need Pillow and a right to the endpoint for it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from genai_studio.bootstrap.aws_account import AwsAccount, missing
from genai_studio.domain.catalog import Catalog, Model
from genai_studio.ports import Clock, Identity
from genai_studio.settings import Settings

if TYPE_CHECKING:
    from genai_studio.aws.queue.dead_letters import DeadLetters
    from genai_studio.aws.queue.queue import Queue
    from genai_studio.aws.records.postings import Postings
    from genai_studio.aws.user_pool import UserPool
    from genai_studio.bootstrap.aws_async import AsyncParts
    from genai_studio.services.attempt.async_start import Start
    from genai_studio.services.attempt.run import Run
    from genai_studio.services.relay import Relay
    from genai_studio.services.studio import Studio
    from genai_studio.services.sweep import Sweep
    from genai_studio.services.undelivered import Undelivered

STORING = timedelta(seconds=20)
"""What encoding and storing the images of an attempt may take."""

ASKING = timedelta(seconds=30)
"""What asking an asynchronous endpoint for the images of an attempt may take."""


def api_studio(settings: Settings) -> Studio:
    """What answers at AppSync."""
    account = AwsAccount(settings)
    return account.studio(Catalog((account.model,)))


@dataclass(frozen=True, slots=True)
class HttpParts:
    """What answers over HTTP, and who may ask."""

    studio: Studio
    identity: Identity
    user_pool: UserPool
    clock: Clock


def http_parts(settings: Settings) -> HttpParts:
    """The API, and the user pool whose tokens open it."""
    from genai_studio.aws.identity import CognitoIdentity
    from genai_studio.bootstrap.user_pool import user_pool

    account = AwsAccount(settings)
    pool = user_pool(settings)
    if pool is None:
        raise missing("cognito_user_pool")
    identity = CognitoIdentity(pool.issuer, pool.client_id, account.clock, pool.keys_url)
    studio = account.studio(Catalog((account.model,)))
    return HttpParts(studio, identity, pool, account.clock)


@dataclass(frozen=True, slots=True)
class PublisherParts:
    """What carries on the changes of the table's stream."""

    relay: Relay
    postings: Postings


def publisher_parts(settings: Settings) -> PublisherParts:
    """What tells AppSync of changes, tidies S3 up and keeps the words of prompts."""
    from genai_studio.aws.blocking import BlockingCalls
    from genai_studio.aws.client import CONNECTIONS
    from genai_studio.aws.records.postings import Postings
    from genai_studio.sagemaker.exchange_keys import exchange_prefix
    from genai_studio.services.relay import Relay

    account = AwsAccount(settings)
    passing = (exchange_prefix,) if account.answers_later else ()
    relay = Relay(account.records, account.images, account.events, passing)
    calls = BlockingCalls("DynamoDB", CONNECTIONS)
    return PublisherParts(relay, Postings(account.dynamodb, account.table, calls))


@dataclass(frozen=True, slots=True)
class WorkerParts:
    """What carries out the generations that the queue names.

    Attributes:
        takes: The longest an attempt takes.
        told: Awaited before the function returns, for what is still to be told.
    """

    attempt: Run | Start
    queue: Queue
    clock: Clock
    takes: timedelta
    told: Callable[[], Awaitable[None]]


def worker_parts(settings: Settings) -> WorkerParts:
    """What asks the endpoint, and waits for it unless it answers later."""
    account = AwsAccount(settings)
    queue, clock = account.queue, account.clock
    if account.answers_later:
        start = account.asynchronous.start
        return WorkerParts(start, queue, clock, ASKING + STORING, _nothing_to_tell)
    from genai_studio.imaging.stored_image import encode_image
    from genai_studio.services.attempt.run import Run, RunTiming

    events = account.events
    run = Run(
        account.records, account.images, account.endpoint, events, clock, encode_image, RunTiming()
    )
    return WorkerParts(run, queue, clock, longest_attempt(account.model), events.aclose)


def longest_attempt(model: Model) -> timedelta:
    """The longest that an attempt takes: its calls one after the other, then the storing.

    Who streams is called once, and may take longer: it is the lease and the
    function's deadline that end it then.
    """
    from genai_studio.sagemaker.client import CONNECT_TIMEOUT_SECONDS, READ_TIMEOUT_SECONDS

    calls = 1 if model.streams else model.limits.count.max
    return calls * timedelta(seconds=CONNECT_TIMEOUT_SECONDS + READ_TIMEOUT_SECONDS) + STORING


def completion_parts(settings: Settings) -> AsyncParts:
    """What is told when an asynchronous endpoint has answered."""
    return AwsAccount(settings).asynchronous


@dataclass(frozen=True, slots=True)
class SweeperParts:
    """What only the clock brings about."""

    sweep: Sweep
    undelivered: Undelivered
    letters: DeadLetters


def sweeper_parts(settings: Settings) -> SweeperParts:
    """What ends waits, leases and deadlines, and what no worker could take.

    Where the endpoint answers later it sends messages too: it then needs the
    queue's URL besides, and the right to `sqs:SendMessage` there.
    """
    from genai_studio.aws.queue.dead_letters import DeadLetters
    from genai_studio.services.sweep import Sweep
    from genai_studio.services.undelivered import Undelivered

    account = AwsAccount(settings)
    records, clock = account.records, account.clock
    letters = DeadLetters(account.sqs, account.demand("dead_letter_queue_url"))
    call_worker = account.queue.send if account.answers_later else None
    return SweeperParts(Sweep(records, clock, call_worker), Undelivered(records, clock), letters)


async def _nothing_to_tell() -> None:
    return None
