"""Create the adapters of one AWS account on first use."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import replace
from functools import cached_property, partial
from typing import TYPE_CHECKING

from genai_studio.aws.client import (
    credentials,
    dynamodb_client,
    kms_client,
    s3_client,
    sqs_client,
)
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

    from genai_studio.aws.boards import DynamoBoards
    from genai_studio.aws.content_credentials import StoredCertificates
    from genai_studio.aws.events.publisher import AppSyncPublisher
    from genai_studio.aws.images.store import S3Images
    from genai_studio.aws.images.uploads import S3Uploads
    from genai_studio.aws.queue.job_queue import JobQueue
    from genai_studio.aws.records.store import DynamoRecords
    from genai_studio.bootstrap.aws_async import AsyncParts
    from genai_studio.domain.editing.upload import UploadPurpose
    from genai_studio.ports import CredentialVerifier, DecodedFile, Endpoint, ImageEncoder
    from genai_studio.services.studio import Studio


class AwsAccount:
    """The adapters of one Lambda function. Each is imported and created on first use.

    Every property raises `StudioUnavailable` if a setting that it needs is
    missing or invalid. The message names the environment variable.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.clock = SystemClock()

    def require(self, setting: str) -> str:
        """Return a setting that must be set."""
        value = getattr(self.settings, setting)
        if value is None:
            raise missing_setting(setting)
        return str(value)

    @cached_property
    def region(self) -> str:
        """The AWS region."""
        return self.require("region")

    @cached_property
    def table(self) -> str:
        """Name of the DynamoDB table."""
        return self.require("records_table")

    @cached_property
    def dynamodb(self) -> DynamoDBClient:
        """The DynamoDB client."""
        return dynamodb_client(self.region)

    @cached_property
    def s3(self) -> S3Client:
        """The S3 client."""
        return s3_client(self.region)

    @cached_property
    def sqs(self) -> SQSClient:
        """The SQS client."""
        return sqs_client(self.region)

    def offline(self) -> AbstractContextManager[None]:
        """Return a context in which the calls of the API's clients return empty results."""
        from genai_studio.aws.offline import offline

        return offline(self.dynamodb, self.s3)

    @cached_property
    def records(self) -> DynamoRecords:
        """The record store."""
        from genai_studio.aws.records.store import DynamoRecords

        return DynamoRecords(self.dynamodb, self.table)

    @cached_property
    def boards(self) -> DynamoBoards:
        """The store of boards."""
        from genai_studio.aws.boards import DynamoBoards

        return DynamoBoards(self.dynamodb, self.table)

    @cached_property
    def images(self) -> S3Images:
        """The image store."""
        from genai_studio.aws.images.store import S3Images

        return S3Images(self.s3, self.require("bucket"), credentials(), self.clock)

    @cached_property
    def certificates(self) -> StoredCertificates:
        """The certificates of the signing key."""
        from genai_studio.aws.content_credentials import StoredCertificates

        return StoredCertificates(self.s3, self.require("bucket"), self.require("signing_key"))

    @cached_property
    def credential_verifier(self) -> CredentialVerifier:
        """The verifier of signatures. It loads library and trust anchor on first use."""
        from genai_studio.content_credentials.verifier import C2paVerifier

        return C2paVerifier(self.certificates.anchor)

    @cached_property
    def encode_image(self) -> ImageEncoder:
        """The encoder, which signs each image. It loads the signing library on first use."""
        from genai_studio.aws.content_credentials import KmsSigningKey
        from genai_studio.content_credentials.signer import C2paSigner
        from genai_studio.imaging.encode_image import encode_image
        from genai_studio.imaging.visible_label import LABEL_TEXTS

        kms, key = kms_client(self.region), self.require("signing_key")
        signer = C2paSigner(KmsSigningKey(kms, key, self.certificates))
        return partial(
            encode_image,
            signer=signer,
            producer=self.settings.content_producer,
            label=LABEL_TEXTS.get(self.settings.download_label),
        )

    @cached_property
    def uploads(self) -> S3Uploads:
        """The store of uploads."""
        from genai_studio.aws.images.uploads import S3Uploads

        return S3Uploads(self.s3, self.require("bucket"))

    @cached_property
    def events(self) -> AppSyncPublisher:
        """The publisher to AppSync. Close it before the function returns to flush progress."""
        from genai_studio.aws.events.publisher import AppSyncPublisher
        from genai_studio.schema.documents.publication import publish_mutation, published_generation

        # The published fields do not depend on the catalog.
        studio = self.studio(Catalog(read_models()))
        return AppSyncPublisher(
            self.require("appsync_url"),
            self.region,
            credentials(),
            self.clock,
            publish_mutation(),
            lambda event: published_generation(studio, event),
        )

    @cached_property
    def model(self) -> Model:
        """The model in AWS. Its speed class disables live drafts."""
        model = aws_model(self.settings)
        if model is None:
            raise missing_setting("sagemaker_endpoint", "bedrock_model")
        return replace(model, speed=SpeedClass.STANDARD)

    @property
    def is_async(self) -> bool:
        """Whether the endpoint is asynchronous."""
        return self.settings.sagemaker_mode is SageMakerMode.ASYNC

    @cached_property
    def runtime(self) -> SageMakerRuntimeClient:
        """The SageMaker runtime client."""
        from genai_studio.sagemaker.client import aws_client

        return aws_client(self.region)

    @cached_property
    def endpoint(self) -> Endpoint:
        """The caller of the model, unless its endpoint is asynchronous."""
        catalog = Catalog((self.model,))
        if self.model.bedrock is not None:
            from genai_studio.bedrock.client import bedrock_client
            from genai_studio.bedrock.endpoint import BedrockEndpoint

            return BedrockEndpoint(bedrock_client(self.settings.bedrock_region), catalog)
        from genai_studio.sagemaker.endpoint import SageMakerEndpoint

        runtime = self.runtime
        return SageMakerEndpoint(lambda model: runtime, catalog)

    @cached_property
    def async_parts(self) -> AsyncParts:
        """The services for an asynchronous endpoint."""
        from genai_studio.bootstrap.aws_async import async_parts
        from genai_studio.sagemaker.exchange import Exchange

        return async_parts(
            self.records,
            self.images,
            Exchange(self.s3, self.require("bucket")),
            self.runtime,
            Catalog((self.model,)),
            self.clock,
            self.encode_image,
        )

    @cached_property
    def queue(self) -> JobQueue:
        """The queue of the workers."""
        from genai_studio.aws.queue.job_queue import JobQueue

        return JobQueue(self.sqs, self.require("queue_url"))

    def studio(self, catalog: Catalog, verifier: CredentialVerifier | None = None) -> Studio:
        """Create the services behind the API.

        Args:
            verifier: None in functions that cannot validate signatures.
        """
        from genai_studio.services.boards import Boards
        from genai_studio.services.cancel import Cancel
        from genai_studio.services.history import History
        from genai_studio.services.provenance.credential_check import CredentialCheck
        from genai_studio.services.quota import Quota
        from genai_studio.services.studio import Studio
        from genai_studio.services.submit import Submit
        from genai_studio.services.uploads import Uploads

        settings, records, clock = self.settings, self.records, self.clock
        limits = QuotaLimits(
            settings.daily_images, settings.daily_images_studio, settings.unfinished_per_user
        )
        uploads = Uploads(self.uploads, self.images, records, clock, _decode_upload)
        return Studio(
            catalog=catalog,
            images=self.images,
            subscriptions=None,
            submit=Submit(records, clock, catalog, limits, uploads, resend=True),
            cancel=Cancel(records, clock),
            history=History(records, self.boards, clock),
            boards=Boards(self.boards, clock),
            quota=Quota(records, clock, limits),
            credentials=CredentialCheck(records, self.images, verifier),
            uploads=uploads,
            live_drafts=None,
        )


def _decode_upload(data: bytes, content_type: str, purpose: UploadPurpose) -> DecodedFile:
    """Import Pillow when the first upload is used: it adds to the cold start."""
    from genai_studio.imaging.decode_upload import decode_upload

    return decode_upload(data, content_type, purpose)


def missing_setting(*settings: str) -> StudioUnavailable:
    """Create the error for a missing setting. Any one of several would be enough."""
    variables = " or ".join(variable_of(setting) for setting in settings)
    return StudioUnavailable(f"{variables} is not set. This function requires it.")
