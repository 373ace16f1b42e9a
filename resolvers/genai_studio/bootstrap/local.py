"""Create a studio on one machine from its settings."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from botocore.exceptions import NoRegionError

from genai_studio.aws.user_pool import UserPool
from genai_studio.bedrock.client import bedrock_client
from genai_studio.bedrock.endpoint import BedrockEndpoint
from genai_studio.bootstrap.local_catalog import LocalCatalog, local_catalog
from genai_studio.bootstrap.user_pool import user_pool
from genai_studio.content_credentials.signer import C2paSigner
from genai_studio.content_credentials.verifier import C2paVerifier
from genai_studio.domain.catalog import Catalog, Model
from genai_studio.domain.errors import StudioUnavailable
from genai_studio.domain.quota import QuotaLimits
from genai_studio.imaging.decode_upload import decode_upload
from genai_studio.imaging.draft import encode_draft
from genai_studio.imaging.editing.prepare import prepare_edit
from genai_studio.imaging.encode_image import encode_image
from genai_studio.imaging.visible_label import LABEL_TEXTS
from genai_studio.inference.limits import MAX_BODY_BYTES
from genai_studio.local.boards import LocalBoards
from genai_studio.local.content_credentials import LocalSigningKey
from genai_studio.local.data_dir import INFERENCE_LOG
from genai_studio.local.events import LocalEvents
from genai_studio.local.identity import LocalIdentity
from genai_studio.local.images.store import LocalImages
from genai_studio.local.images.uploads import LocalUploads
from genai_studio.local.inference.endpoint import InferenceEndpoint
from genai_studio.local.inference.health_probe import HealthProbe
from genai_studio.local.inference.process import InferenceProcess
from genai_studio.local.queue.queue import LocalQueue
from genai_studio.local.records.store import LocalRecords
from genai_studio.ports import Clock, Identity
from genai_studio.sagemaker.client import aws_client, loopback_client
from genai_studio.sagemaker.endpoint import SageMakerEndpoint
from genai_studio.sagemaker.formats import REAL_TIME_BYTES
from genai_studio.services.attempt.sync_runner import LeaseTiming, SyncRunner
from genai_studio.services.boards import Boards
from genai_studio.services.cancel import Cancel
from genai_studio.services.clock_jumps import ClockJumps
from genai_studio.services.history import History
from genai_studio.services.live_drafts import LiveDrafts
from genai_studio.services.provenance.credential_check import CredentialCheck
from genai_studio.services.quota import Quota
from genai_studio.services.relay import Relay
from genai_studio.services.studio import Studio
from genai_studio.services.submit import Submit
from genai_studio.services.sweep import Sweep
from genai_studio.services.uploads import Uploads
from genai_studio.settings import Settings
from genai_studio.system_clock import SystemClock

if TYPE_CHECKING:
    from mypy_boto3_sagemaker_runtime import SageMakerRuntimeClient

LOCAL_TIMING = LeaseTiming(lease=timedelta(seconds=30), check_interval=timedelta(milliseconds=250))
"""Reading a local record takes a fraction of a millisecond, so the worker checks often
and notices a cancellation quickly."""


@dataclass(frozen=True, slots=True)
class LocalStudio:
    """A studio on one machine. Creating it starts nothing.

    Attributes:
        user_pool: The Cognito user pool for sign-in. None if the studio issues
            its own tokens.
        issuer: The issuer of the studio's own tokens. None with a user pool.
        inference: The inference process. None if an external inference server
            is used, or no model needs one.
    """

    settings: Settings
    studio: Studio
    clock: Clock
    records: LocalRecords
    images: LocalImages
    uploads: LocalUploads
    identity: Identity
    user_pool: UserPool | None
    issuer: LocalIdentity | None
    queue: LocalQueue
    runner: SyncRunner
    relay: Relay
    sweep: Sweep
    clock_jumps: ClockJumps
    endpoint: InferenceEndpoint
    inference: InferenceProcess | None


def local_studio(settings: Settings) -> LocalStudio:
    """Connect the local adapters to the services.

    Raises:
        StudioUnavailable: Another studio uses the data directory, a file in it is
            damaged, or a setting is invalid. The message names it and the remedy.
    """
    clock = SystemClock()
    pool = user_pool(settings)
    models = local_catalog(settings)
    catalog = models.catalog
    inference = _inference_process(settings, models)
    endpoint = InferenceEndpoint(
        SageMakerEndpoint(
            _client_for(settings, models, inference),
            catalog,
            max_bytes=lambda model: (
                MAX_BODY_BYTES if model.id in models.local_ids else REAL_TIME_BYTES
            ),
        ),
        models.local_ids,
        _readiness_check(settings, models, inference),
        clock,
        process_id=(lambda: None) if inference is None else lambda: inference.pid,
        remote=_bedrock_endpoint(settings, catalog),
    )
    records = LocalRecords.open(settings.data_dir)
    try:
        images = LocalImages.open(settings.data_dir, clock)
        upload_store = LocalUploads.open(settings.data_dir, clock)
        identity, issuer = _identity(pool, settings.data_dir, clock)
        signing_key = LocalSigningKey.open(settings.data_dir)
    except BaseException:
        records.close()
        raise
    events = LocalEvents()
    limits = QuotaLimits(
        settings.daily_images, settings.daily_images_studio, settings.unfinished_per_user
    )
    anchor = signing_key.certificates().anchor
    encoder = partial(
        encode_image,
        signer=C2paSigner(signing_key),
        producer=settings.content_producer,
        label=LABEL_TEXTS.get(settings.download_label),
    )
    board_store = LocalBoards(records.database)
    uploads = Uploads(upload_store, images, records, clock, decode_upload)
    studio = Studio(
        catalog=catalog,
        images=images,
        subscriptions=events,
        submit=Submit(records, clock, catalog, limits, uploads),
        cancel=Cancel(records, clock),
        history=History(records, board_store, clock),
        boards=Boards(board_store, clock),
        quota=Quota(records, clock, limits),
        credentials=CredentialCheck(records, images, C2paVerifier(lambda: anchor)),
        uploads=uploads,
        live_drafts=LiveDrafts(endpoint, encode_draft, clock, catalog),
    )
    return LocalStudio(
        settings=settings,
        studio=studio,
        clock=clock,
        records=records,
        images=images,
        uploads=upload_store,
        identity=identity,
        user_pool=pool,
        issuer=issuer,
        queue=LocalQueue(records, clock, running_per_user=settings.running_per_user),
        runner=SyncRunner(
            records, images, endpoint, events, clock, encoder, prepare_edit, LOCAL_TIMING
        ),
        relay=Relay(records, images, events),
        sweep=Sweep(records, clock),
        clock_jumps=ClockJumps(records, clock),
        endpoint=endpoint,
        inference=inference,
    )


def _identity(
    pool: UserPool | None, data_dir: Path, clock: Clock
) -> tuple[Identity, LocalIdentity | None]:
    """Return the token verifier, and the token issuer if the studio issues tokens."""
    if pool is None:
        issuer = LocalIdentity.open(data_dir, clock)
        return issuer, issuer
    # Imported here because only studios with a user pool need its AWS client.
    from genai_studio.aws.identity import CognitoIdentity

    return CognitoIdentity(pool.issuer, pool.client_id, clock, pool.keys_url), None


def _inference_process(settings: Settings, models: LocalCatalog) -> InferenceProcess | None:
    if not models.local_ids or settings.endpoint_url is not None:
        return None
    return InferenceProcess(
        model_dirs=models.model_dirs,
        builtin=settings.builtin_model,
        log_file=settings.data_dir / INFERENCE_LOG,
    )


def _readiness_check(
    settings: Settings, models: LocalCatalog, inference: InferenceProcess | None
) -> Callable[[], Awaitable[bool]]:
    if inference is not None:
        return inference.ready
    if models.local_ids and settings.endpoint_url is not None:
        return HealthProbe(settings.endpoint_url).ready

    async def always_ready() -> bool:
        return True

    return always_ready


def _bedrock_endpoint(settings: Settings, catalog: Catalog) -> BedrockEndpoint | None:
    """Return the caller of the model in Amazon Bedrock. None if no such model is offered."""
    models = tuple(model for model in catalog.models if model.bedrock is not None)
    if not models:
        return None
    return BedrockEndpoint(bedrock_client(settings.bedrock_region), Catalog(models))


def _client_for(
    settings: Settings, models: LocalCatalog, inference: InferenceProcess | None
) -> Callable[[Model], SageMakerRuntimeClient]:
    """Return a function that selects the client for a model."""
    aws = None if settings.sagemaker_endpoint is None else _aws_client(settings)

    @cache
    def loopback(base_url: str, access_key: str) -> SageMakerRuntimeClient:
        return loopback_client(base_url, access_key)

    def client_for(model: Model) -> SageMakerRuntimeClient:
        if aws is not None and model.id not in models.local_ids:
            return aws
        if inference is not None:
            return loopback(inference.base_url, inference.access_key)
        return loopback(settings.endpoint_url or "", settings.endpoint_access_key or "none")

    return client_for


def _aws_client(settings: Settings) -> SageMakerRuntimeClient:
    try:
        return aws_client(settings.region)
    except NoRegionError:
        raise StudioUnavailable(
            f"AWS_SM_EP={settings.sagemaker_endpoint} needs the endpoint's region. Set AWS_REGION."
        ) from None
