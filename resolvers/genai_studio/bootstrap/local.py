"""A studio on one machine, wired from its settings."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from botocore.exceptions import NoRegionError

from genai_studio.aws.user_pool import UserPool
from genai_studio.bootstrap.aws_model import aws_model_waited_for
from genai_studio.bootstrap.user_pool import user_pool
from genai_studio.catalog_file import read_models
from genai_studio.domain.catalog import Catalog, Model
from genai_studio.domain.errors import StudioUnavailable
from genai_studio.domain.quota import QuotaLimits
from genai_studio.hub import installed_models, model_folder
from genai_studio.imaging.draft import encode_draft
from genai_studio.imaging.stored_image import encode_image
from genai_studio.inference.endpoint_names import assign_endpoint_names
from genai_studio.inference.settings import BUILTIN
from genai_studio.local.data_dir import INFERENCE_LOG
from genai_studio.local.events import LocalEvents
from genai_studio.local.identity import LocalIdentity
from genai_studio.local.images.store import LocalImages
from genai_studio.local.inference.endpoint import InferenceEndpoint
from genai_studio.local.inference.health_probe import HealthProbe
from genai_studio.local.inference.model_folder import folder_model
from genai_studio.local.inference.process import InferenceProcess
from genai_studio.local.queue.queue import LocalQueue
from genai_studio.local.records.store import LocalRecords
from genai_studio.ports import Clock, Identity
from genai_studio.sagemaker.client import aws_client, loopback_client
from genai_studio.sagemaker.endpoint import SageMakerEndpoint
from genai_studio.services.attempt.run import Run, RunTiming
from genai_studio.services.cancel import Cancel
from genai_studio.services.draft import Draft
from genai_studio.services.history import History
from genai_studio.services.quota import Quota
from genai_studio.services.relay import Relay
from genai_studio.services.studio import Studio
from genai_studio.services.submit import Submit
from genai_studio.services.sweep import Sweep
from genai_studio.settings import SageMakerMode, Settings
from genai_studio.system_clock import SystemClock

if TYPE_CHECKING:
    from mypy_boto3_sagemaker_runtime import SageMakerRuntimeClient

LOCAL_TIMING = RunTiming(lease=timedelta(seconds=30), look=timedelta(milliseconds=250))
"""A look at a local record costs a fraction of a millisecond, so a cancel is
noticed at once; the lease is extended all the while, however long an image takes."""


@dataclass(frozen=True, slots=True)
class LocalStudio:
    """A whole studio on one machine, wired but not running.

    Attributes:
        user_pool: The Cognito user pool that signs people in; None where the
            studio issues its own tokens.
        issuer: What issues those; None where the user pool does.
        inference: The child process; None when an inference server that runs
            already is used, or none is needed.
    """

    settings: Settings
    studio: Studio
    clock: Clock
    records: LocalRecords
    images: LocalImages
    identity: Identity
    user_pool: UserPool | None
    issuer: LocalIdentity | None
    queue: LocalQueue
    run: Run
    relay: Relay
    sweep: Sweep
    endpoint: InferenceEndpoint
    inference: InferenceProcess | None


def local_studio(settings: Settings) -> LocalStudio:
    """Wire the local adapters to the services.

    Raises:
        StudioUnavailable: Another studio uses the data directory, or a setting
            cannot be followed; the message says which and what to do.
    """
    clock = SystemClock()
    pool = user_pool(settings)
    served, catalog = _catalog(settings)
    inference = _inference(settings) if served else None
    endpoint = InferenceEndpoint(
        SageMakerEndpoint(_client_for(settings, served, inference), catalog),
        served,
        _readiness(settings, served, inference),
        clock,
    )
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    records = LocalRecords.open(settings.data_dir)
    images = LocalImages.open(settings.data_dir, clock)
    events = LocalEvents()
    limits = QuotaLimits(settings.daily_images, settings.daily_images_studio)
    studio = Studio(
        catalog=catalog,
        images=images,
        subscriptions=events,
        submit=Submit(records, clock, catalog, limits),
        cancel=Cancel(records, clock),
        history=History(records, clock),
        quota=Quota(records, clock, limits),
        draft=Draft(endpoint, encode_draft, clock, catalog),
    )
    identity, issuer = _identity(pool, settings.data_dir, clock)
    return LocalStudio(
        settings=settings,
        studio=studio,
        clock=clock,
        records=records,
        images=images,
        identity=identity,
        user_pool=pool,
        issuer=issuer,
        queue=LocalQueue(records, clock, running_per_user=settings.running_per_user),
        run=Run(records, images, endpoint, events, clock, encode_image, LOCAL_TIMING),
        relay=Relay(records, images, events),
        sweep=Sweep(records, clock),
        endpoint=endpoint,
        inference=inference,
    )


def _identity(
    pool: UserPool | None, data_dir: Path, clock: Clock
) -> tuple[Identity, LocalIdentity | None]:
    """Who checks tokens, and who issues them here."""
    if pool is None:
        issuer = LocalIdentity.open(data_dir, clock)
        return issuer, issuer
    # Its client of AWS is loaded only where people sign in there.
    from genai_studio.aws.identity import CognitoIdentity

    return CognitoIdentity(pool.issuer, pool.client_id, clock, pool.keys_url), None


def _catalog(settings: Settings) -> tuple[frozenset[str], Catalog]:
    """The ids that this machine's inference serves, and all that is offered.

    The least demonstrative comes first: an endpoint in AWS, then folders, then
    the model in the box.
    """
    builtin = next(model for model in read_models() if model.endpoint == BUILTIN)
    added = _added_models(settings)
    folders = assign_endpoint_names((*settings.model_dirs, *added), [BUILTIN])
    in_the_box = [builtin] if settings.builtin_model else []
    model_in_aws = aws_model_waited_for(settings)
    in_aws = [] if model_in_aws is None else [model_in_aws]
    taken = {model.id for model in (*in_aws, *in_the_box)}
    local = [
        replace(
            added[path] if path in added else folder_model(path, name),
            id=_free_id(name, taken),
            endpoint=name,
        )
        for name, path in folders.items()
    ]
    local += in_the_box
    models = [*in_aws, *local]
    if not models:
        raise StudioUnavailable(
            "There is no model to offer: name one with --model-dir or AWS_SM_EP, "
            "or leave GENAI_STUDIO_BUILTIN_MODEL on."
        )
    return frozenset(model.id for model in local), Catalog(tuple(models))


def _free_id(name: str, taken: set[str]) -> str:
    """The name of a folder, made different from what is called so already; taken from now on."""
    while name in taken:
        name += "-here"
    taken.add(name)
    return name


def _added_models(settings: Settings) -> dict[Path, Model]:
    """What `genai-studio models add` brought, by folder; only where it can be drawn with."""
    if settings.endpoint_url is not None or find_spec("diffusers") is None:
        return {}
    directory = settings.added_models_dir
    return {model_folder(directory, one): one.model for one in installed_models(directory)}


def _inference(settings: Settings) -> InferenceProcess | None:
    if settings.endpoint_url is not None:
        return None
    return InferenceProcess(
        model_dirs=(*settings.model_dirs, *_added_models(settings)),
        builtin=settings.builtin_model,
        log_file=settings.data_dir / INFERENCE_LOG,
    )


def _readiness(
    settings: Settings, served: frozenset[str], inference: InferenceProcess | None
) -> Callable[[], Awaitable[bool]]:
    if inference is not None:
        return inference.ready
    if served and settings.endpoint_url is not None:
        return HealthProbe(settings.endpoint_url).ready

    async def always() -> bool:
        return True

    return always


def _client_for(
    settings: Settings, served: frozenset[str], inference: InferenceProcess | None
) -> Callable[[Model], SageMakerRuntimeClient]:
    aws = None if settings.sagemaker_endpoint is None else _aws_client(settings)

    @cache
    def loopback(base_url: str, access_key: str) -> SageMakerRuntimeClient:
        return loopback_client(base_url, access_key)

    def client_for(model: Model) -> SageMakerRuntimeClient:
        if aws is not None and model.id not in served:
            return aws
        if inference is not None:
            return loopback(inference.base_url, inference.access_key)
        return loopback(settings.endpoint_url or "", settings.endpoint_access_key or "none")

    return client_for


def _aws_client(settings: Settings) -> SageMakerRuntimeClient:
    if settings.sagemaker_mode is SageMakerMode.ASYNC:
        raise StudioUnavailable(
            "GENAI_STUDIO_SAGEMAKER_MODE=async is for a studio in AWS: nobody tells this machine "
            "of answers. Leave it out, and name an endpoint that answers at once."
        )
    try:
        return aws_client(settings.region)
    except NoRegionError:
        raise StudioUnavailable(
            f"AWS_SM_EP={settings.sagemaker_endpoint} needs the endpoint's region: set AWS_REGION."
        ) from None
