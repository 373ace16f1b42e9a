"""A studio in an AWS account: what each Lambda function needs, wired from the environment.

There is one function here for each Lambda function, which makes its adapters
once, when it starts, and imports none that another needs: every import counts
towards a cold start.

A studio in AWS draws no live drafts: a draft would wait in line with pictures,
and the API would need Pillow and a right to the endpoint for it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from genai_studio.aws.client import CONNECTIONS, credentials, dynamodb_client, s3_client
from genai_studio.bootstrap.aws_model import aws_model
from genai_studio.catalogue_file import read_models
from genai_studio.domain.catalogue import Catalogue, Model, SpeedClass
from genai_studio.domain.errors import StudioUnavailable
from genai_studio.local.clock import SystemClock
from genai_studio.ports import Clock, Identity
from genai_studio.settings import SageMakerMode, Settings, variable_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

    from genai_studio.aws.events import AppSyncEvents
    from genai_studio.aws.images import S3Images
    from genai_studio.aws.postings import Postings
    from genai_studio.aws.records import DynamoRecords
    from genai_studio.aws.user_pool import UserPool
    from genai_studio.bootstrap.aws_async import AsyncParts
    from genai_studio.services.relay import Relay
    from genai_studio.services.studio import Studio


def api_studio(settings: Settings) -> Studio:
    """What answers at AppSync.

    Raises:
        StudioUnavailable: A setting is missing or cannot be followed; the
            message names its variable. Every function here raises it.
    """
    account = _Account(settings)
    return account.studio(Catalogue((account.model,)))


@dataclass(frozen=True, slots=True)
class HttpParts:
    """What answers over HTTP, and who may ask."""

    studio: Studio
    identity: Identity
    user_pool: UserPool
    clock: Clock


def http_parts(settings: Settings) -> HttpParts:
    """What answers over HTTP: the API, and the user pool whose tokens open it."""
    from genai_studio.aws.identity import CognitoIdentity
    from genai_studio.bootstrap.user_pool import user_pool

    account = _Account(settings)
    pool = user_pool(settings)
    if pool is None:
        raise _missing("cognito_user_pool")
    identity = CognitoIdentity(pool.issuer, pool.client_id, account.clock, pool.keys_url)
    studio = account.studio(Catalogue((account.model,)))
    return HttpParts(studio, identity, pool, account.clock)


@dataclass(frozen=True, slots=True)
class PublisherParts:
    """What carries on the changes of the table's stream."""

    relay: Relay
    postings: Postings


def publisher_parts(settings: Settings) -> PublisherParts:
    """What tells AppSync of changes, tidies S3 up and keeps the words of prompts."""
    from genai_studio.aws.blocking import BlockingCalls
    from genai_studio.aws.postings import Postings
    from genai_studio.sagemaker.exchange_keys import exchange_prefix
    from genai_studio.services.relay import Relay

    account = _Account(settings)
    passing = (exchange_prefix,) if account.answers_later else ()
    relay = Relay(account.records, account.images, account.events, passing)
    calls = BlockingCalls("DynamoDB", CONNECTIONS)
    return PublisherParts(relay, Postings(account.dynamodb, account.table, calls))


def completion_parts(settings: Settings) -> AsyncParts:
    """What is told when an asynchronous endpoint has answered."""
    return _Account(settings).asynchronous


class _Account:
    """The adapters of one Lambda function, each made when it is first asked for."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.clock = SystemClock()

    def demand(self, setting: str) -> str:
        """A setting that has to be there.

        Raises:
            StudioUnavailable: It is not; the message names its variable.
        """
        value = getattr(self.settings, setting)
        if value is None:
            raise _missing(setting)
        return str(value)

    @cached_property
    def region(self) -> str:
        return self.demand("region")

    @cached_property
    def table(self) -> str:
        return self.demand("records_table")

    @cached_property
    def dynamodb(self) -> DynamoDBClient:
        return dynamodb_client(self.region)

    @cached_property
    def records(self) -> DynamoRecords:
        from genai_studio.aws.records import DynamoRecords

        return DynamoRecords(self.dynamodb, self.table)

    @cached_property
    def s3(self) -> S3Client:
        return s3_client(self.region)

    @cached_property
    def images(self) -> S3Images:
        from genai_studio.aws.images import S3Images

        return S3Images(self.s3, self.demand("bucket"), credentials(), self.clock)

    @property
    def answers_later(self) -> bool:
        """Whether the endpoint is called asynchronously, so that nobody waits for it."""
        return self.settings.sagemaker_mode is SageMakerMode.ASYNC

    @cached_property
    def asynchronous(self) -> AsyncParts:
        """Both ends of the way over an asynchronous endpoint."""
        from genai_studio.bootstrap.aws_async import async_parts
        from genai_studio.sagemaker.client import aws_client
        from genai_studio.sagemaker.exchange import Exchange

        return async_parts(
            self.records,
            self.images,
            Exchange(self.s3, self.demand("bucket")),
            aws_client(self.region),
            Catalogue((self.model,)),
            self.clock,
        )

    @cached_property
    def events(self) -> AppSyncEvents:
        """What tells AppSync; whoever publishes progress closes it before it returns."""
        from genai_studio.aws.events import AppSyncEvents
        from genai_studio.schema.published import publish_document, published

        # How a generation is shown does not depend on the models on offer.
        studio = self.studio(Catalogue(read_models()))
        return AppSyncEvents(
            self.demand("appsync_url"),
            self.region,
            credentials(),
            self.clock,
            publish_document(),
            lambda event: published(studio, event),
        )

    @cached_property
    def model(self) -> Model:
        model = aws_model(self.settings)
        if model is None:
            raise _missing("sagemaker_endpoint")
        return replace(model, speed=SpeedClass.STANDARD)

    def studio(self, catalogue: Catalogue) -> Studio:
        """The services behind the API."""
        from genai_studio.aws.subscribe_elsewhere import SubscribeElsewhere
        from genai_studio.domain.quota import QuotaLimits
        from genai_studio.services.cancel import Cancel
        from genai_studio.services.history import History
        from genai_studio.services.quota import Quota
        from genai_studio.services.studio import Studio
        from genai_studio.services.submit import Submit

        settings, records, clock = self.settings, self.records, self.clock
        limits = QuotaLimits(settings.daily_pictures, settings.daily_pictures_studio)
        return Studio(
            catalogue=catalogue,
            images=self.images,
            events=SubscribeElsewhere(),
            submit=Submit(records, clock, catalogue, limits),
            cancel=Cancel(records, clock),
            history=History(records, clock),
            quota=Quota(records, clock, limits),
            draft=None,
        )


def _missing(setting: str) -> StudioUnavailable:
    return StudioUnavailable(f"{variable_of(setting)} is not set, and this function needs it.")
