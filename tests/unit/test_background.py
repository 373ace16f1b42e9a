"""The loops of a studio on one machine, and how it starts where another stopped."""

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
from genai_studio.hosts.local.background import RELAY_READER, _relay_round, _release_left_behind
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


async def test_a_purge_that_fails_holds_up_nobody_and_is_tried_again(
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
    news = studio.subscriptions.subscribe(ADA, other.id)
    relay = _relay_round(wired)

    async def away(prefix: str, *, keep: Sequence[str] = ()) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patched:
        patched.setattr(type(wired.images), "delete_under", staticmethod(away))
        waits = wired.records.changed
        patched.setattr(waits, "wait", _at_once)
        await relay(wired)
    assert (await anext(news)).generation.id == other.id
    assert await wired.records.position(RELAY_READER) is None
    assert await wired.images.get(key) == b"png"

    monkeypatch.setattr(wired.records.changed, "wait", _at_once)
    await relay(wired)
    assert not wired.images.path(key).exists()
    assert await wired.records.position(RELAY_READER) is not None


async def test_what_a_killed_studio_had_claimed_is_free_at_once(wired: LocalStudio) -> None:
    submitted = await wired.studio.submit.generate(
        ADA, ImageRequestInput(prompt="a red apple"), None
    )
    await transition(
        wired.records,
        submitted.ref,
        lambda generation: state_machine.claim(generation, wired.clock.now(), LEASE),
    )
    await _release_left_behind(wired)
    found = await wired.records.get(ADA.owner, submitted.id)
    assert found is not None
    assert found.status is Status.QUEUED
    assert found.deadline_at is None
    assert await wired.queue.next(wired.clock.now()) == submitted.ref


def test_an_endpoint_in_aws_without_a_region_is_refused_at_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    with pytest.raises(StudioUnavailable, match="set AWS_REGION"):
        local_studio(Settings(data_dir=tmp_path, sagemaker_endpoint="sd21"))


def test_an_endpoint_that_answers_later_is_refused_at_the_start(tmp_path: Path) -> None:
    settings = Settings(
        data_dir=tmp_path,
        sagemaker_endpoint="sd21",
        sagemaker_mode=SageMakerMode.ASYNC,
        region="eu-central-1",
    )
    with pytest.raises(StudioUnavailable, match="works in an AWS account alone"):
        local_studio(settings)


async def _at_once(_: int) -> None:
    return None
