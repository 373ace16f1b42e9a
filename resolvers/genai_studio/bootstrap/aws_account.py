"""The adapters to one AWS account, each made when it is first asked for."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from genai_studio.aws.client import credentials, dynamodb_client, s3_client, sqs_client
from genai_studio.bootstrap.aws_model import aws_model
from genai_studio.catalog_file import read_models
from genai_studio.domain.catalog import Catalog, Model, SpeedClass
from genai_studio.domain.errors import StudioUnavailable
from genai_studio.domain.quota import QuotaLimits
from genai_studio.settings import SageMakerMode, Settings, variable_of
from genai_studio.system_clock import SystemClock

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sagemaker_runtime import SageMakerRuntimeClient
    from mypy_boto3_sqs import SQSClient

    from genai_studio.aws.events.publisher import AppSyncEvents
    from genai_studio.aws.images.store import S3Images
    from genai_studio.aws.queue.queue import Queue
    from genai_studio.aws.records.store import DynamoRecords
    from genai_studio.bootstrap.aws_async import AsyncParts
    from genai_studio.sagemaker.endpoint import SageMakerEndpoint
    from genai_studio.services.studio import Studio


class AwsAccount:
    """What one Lambda function uses; it imports nothing that it was not asked for.

    Everything here raises `StudioUnavailable` where a setting that it needs is
    missing or cannot be followed, with the variable's name in the message.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.clock = SystemClock()

    def demand(self, setting: str) -> str:
        """A setting that has to be there."""
        value = getattr(self.settings, setting)
        if value is None:
            raise missing(setting)
        return str(value)

    @cached_property
    def region(self) -> str:
        """The account's region."""
        return self.demand("region")

    @cached_property
    def table(self) -> str:
        """Name of the records' table."""
        return self.demand("records_table")

    @cached_property
    def dynamodb(self) -> DynamoDBClient:
        """The client of the records."""
        return dynamodb_client(self.region)

    @cached_property
    def s3(self) -> S3Client:
        """The client of the images."""
        return s3_client(self.region)

    @cached_property
    def sqs(self) -> SQSClient:
        """The client of the queues."""
        return sqs_client(self.region)

    @cached_property
    def records(self) -> DynamoRecords:
        """Generations, keys and counters."""
        from genai_studio.aws.records.store import DynamoRecords

        return DynamoRecords(self.dynamodb, self.table)

    @cached_property
    def images(self) -> S3Images:
        """Images, thumbnails and previews."""
        from genai_studio.aws.images.store import S3Images

        return S3Images(self.s3, self.demand("bucket"), credentials(), self.clock)

    @cached_property
    def events(self) -> AppSyncEvents:
        """What tells AppSync. Whoever publishes progress closes it before they return."""
        from genai_studio.aws.events.publisher import AppSyncEvents
        from genai_studio.schema.documents.publication import publish_mutation, published_generation

        # How a generation is shown does not depend on the models on offer.
        studio = self.studio(Catalog(read_models()))
        return AppSyncEvents(
            self.demand("appsync_url"),
            self.region,
            credentials(),
            self.clock,
            publish_mutation(),
            lambda event: published_generation(studio, event),
        )

    @cached_property
    def model(self) -> Model:
        """The model on offer; there are no live drafts of it."""
        model = aws_model(self.settings)
        if model is None:
            raise missing("sagemaker_endpoint")
        return replace(model, speed=SpeedClass.STANDARD)

    @property
    def answers_later(self) -> bool:
        """Whether the endpoint is called asynchronously, so that nobody waits for it."""
        return self.settings.sagemaker_mode is SageMakerMode.ASYNC

    @cached_property
    def runtime(self) -> SageMakerRuntimeClient:
        """The client of the endpoint."""
        from genai_studio.sagemaker.client import aws_client

        return aws_client(self.region)

    @cached_property
    def endpoint(self) -> SageMakerEndpoint:
        """The endpoint, where it is waited for."""
        from genai_studio.sagemaker.endpoint import SageMakerEndpoint

        runtime = self.runtime
        return SageMakerEndpoint(lambda model: runtime, Catalog((self.model,)))

    @cached_property
    def asynchronous(self) -> AsyncParts:
        """Both ends of the way over an asynchronous endpoint."""
        from genai_studio.bootstrap.aws_async import async_parts
        from genai_studio.sagemaker.exchange import Exchange

        return async_parts(
            self.records,
            self.images,
            Exchange(self.s3, self.demand("bucket")),
            self.runtime,
            Catalog((self.model,)),
            self.clock,
        )

    @cached_property
    def queue(self) -> Queue:
        """The generations to be worked on."""
        from genai_studio.aws.queue.queue import Queue

        return Queue(self.sqs, self.demand("queue_url"))

    def studio(self, catalog: Catalog) -> Studio:
        """The services behind the API."""
        from genai_studio.services.cancel import Cancel
        from genai_studio.services.history import History
        from genai_studio.services.quota import Quota
        from genai_studio.services.studio import Studio
        from genai_studio.services.submit import Submit

        settings, records, clock = self.settings, self.records, self.clock
        limits = QuotaLimits(settings.daily_images, settings.daily_images_studio)
        return Studio(
            catalog=catalog,
            images=self.images,
            subscriptions=None,
            submit=Submit(records, clock, catalog, limits),
            cancel=Cancel(records, clock),
            history=History(records, clock),
            quota=Quota(records, clock, limits),
            draft=None,
        )


def missing(setting: str) -> StudioUnavailable:
    """What is raised where a setting is not there."""
    return StudioUnavailable(f"{variable_of(setting)} is not set, and this function needs it.")
