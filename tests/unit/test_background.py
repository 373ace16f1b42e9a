"""The background loops of a studio on one machine, and recovery at startup."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from genai_studio.bootstrap.local import LocalStudio, local_studio
from genai_studio.domain import state_machine
from genai_studio.domain.errors import StudioUnavailable
from genai_studio.domain.generation import Status
from genai_studio.domain.identity import Caller, Owner
from genai_studio.domain.request import ImageRequestInput
from genai_studio.hosts.local.background import RELAY_READER, ChangeRelay, requeue_claimed
from genai_studio.services.transition import transition
from genai_studio.settings import SageMakerMode, Settings

pytestmark = pytest.mark.anyio

ADA = Caller(Owner("ada"), "ada", 2**40)
LEASE = timedelta(seconds=30)


@pytest.fixture
def wired(tmp_path: Path) -> Iterator[LocalStudio]:
    wired = local_studio(Settings(data_dir=tmp_path))
    yield wired
    wired.records.close()


async def test_failed_purge_is_retried_and_does_not_block_later_changes(
    wired: LocalStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio = wired.studio
    purged = await studio.submit.generate(ADA, ImageRequestInput(prompt="a red apple"), None)
    key = f"{ADA.owner}/{purged.id}/1/0.png"
    await wired.images.put(key, b"png", "image/png")
    await studio.history.trash(ADA, (purged.id,))
    await studio.history.purge(ADA, (purged.id,))
    other = await studio.submit.generate(ADA, ImageRequestInput(prompt="a green pear"), None)
    assert studio.subscriptions is not None
    events = studio.subscriptions.subscribe(ADA, other.id)
    relay = ChangeRelay(wired)

    async def fail(prefix: str, *, keep: Sequence[str] = ()) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patched:
        patched.setattr(type(wired.images), "delete_under", staticmethod(fail))
        patched.setattr(wired.records.changed, "wait", _return_immediately)
        await relay.relay_batch()
    assert (await anext(events)).generation.id == other.id
    assert await wired.records.position(RELAY_READER) is None
    assert await wired.images.get(key) == b"png"

    monkeypatch.setattr(wired.records.changed, "wait", _return_immediately)
    await relay.relay_batch()
    assert not wired.images.path(key).exists()
    assert await wired.records.position(RELAY_READER) is not None


async def test_startup_requeues_claims_of_killed_studio(wired: LocalStudio) -> None:
    submitted = await wired.studio.submit.generate(
        ADA, ImageRequestInput(prompt="a red apple"), None
    )
    await transition(
        wired.records,
        submitted.ref,
        lambda generation: state_machine.claim(generation, wired.clock.now(), LEASE),
    )
    await requeue_claimed(wired)
    found = await wired.records.get(ADA.owner, submitted.id)
    assert found is not None
    assert found.status is Status.QUEUED
    assert found.deadline_at is None
    assert await wired.queue.next(wired.clock.now()) == submitted.ref


def test_startup_rejects_aws_endpoint_without_region(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    with pytest.raises(StudioUnavailable, match="Set AWS_REGION"):
        local_studio(Settings(data_dir=tmp_path, sagemaker_endpoint="sd21"))


def test_startup_rejects_asynchronous_endpoint(tmp_path: Path) -> None:
    settings = Settings(
        data_dir=tmp_path,
        sagemaker_endpoint="sd21",
        sagemaker_mode=SageMakerMode.ASYNC,
        region="eu-central-1",
    )
    with pytest.raises(StudioUnavailable, match="works only in an AWS account"):
        local_studio(settings)


async def _return_immediately(_: int) -> None:
    return None
