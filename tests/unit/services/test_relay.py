from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from genai_studio.domain import state_machine
from genai_studio.domain.generation import Generation
from genai_studio.domain.identity import Owner
from genai_studio.domain.image import generation_prefix
from genai_studio.domain.quota import QuotaLimits
from genai_studio.ports import Change
from genai_studio.services.relay import Relay
from tests.builders import LEASE, NOON, ManualClock, a_generation, a_key, succeeded
from tests.fakes.events import FakeEvents
from tests.fakes.images import FakeImages
from tests.fakes.records import FakeRecords

pytestmark = pytest.mark.anyio


class RelayHarness:
    def __init__(self) -> None:
        self.records = FakeRecords()
        self.images = FakeImages(ManualClock())
        self.events = FakeEvents()
        self.relay = Relay(self.records, self.images, self.events)
        self.generation = a_generation()

    async def submit(self) -> None:
        await self.records.submit(self.generation, a_key(self.generation), QuotaLimits())

    async def save(self, after: Generation) -> None:
        await self.records.save(self.generation, after)
        self.generation = after

    def keep(self, *names: str) -> None:
        prefix = generation_prefix(self.generation.owner, self.generation.id)
        for name in names:
            self.images.objects[prefix + name] = b"bytes"

    def kept(self) -> set[str]:
        prefix = generation_prefix(self.generation.owner, self.generation.id)
        return {key.removeprefix(prefix) for key in self.images.objects}

    async def process_all(self) -> Sequence[Change]:
        changes = await self.records.changes(None, 100)
        for change in changes:
            await self.relay.process(change)
        return changes


async def test_every_change_publishes_the_latest_record() -> None:
    harness = RelayHarness()
    await harness.submit()
    await harness.save(state_machine.claim(harness.generation, NOON, LEASE))
    await harness.process_all()
    published = [event.generation for event in harness.events.published]
    assert published == [harness.generation, harness.generation]
    assert all(event.progress is None for event in harness.events.published)


async def test_a_finished_generation_keeps_only_its_images() -> None:
    harness = RelayHarness()
    await harness.submit()
    await harness.save(succeeded(harness.generation))
    (image,) = harness.generation.images
    harness.images.objects |= {image.key: b"png", image.thumbnail_key: b"webp"}
    harness.keep("1/preview-3.webp", "2/0.png", "10/0.png", "1/0-labeled.png")
    await harness.process_all()
    assert set(harness.images.objects) == {image.key, image.thumbnail_key}


async def test_a_labeled_copy_is_kept_until_the_purge() -> None:
    harness = RelayHarness()
    await harness.submit()
    after = succeeded(harness.generation)
    labeled_key = after.images[0].key.replace(".png", "-labeled.png")
    await harness.save(replace(after, images=(replace(after.images[0], labeled_key=labeled_key),)))
    (image,) = harness.generation.images
    harness.images.objects |= dict.fromkeys(image.keys, b"content")
    await harness.process_all()
    assert set(harness.images.objects) == {image.key, image.thumbnail_key, labeled_key}

    await harness.records.purge(harness.generation)
    await harness.process_all()
    assert harness.images.objects == {}


@pytest.mark.parametrize("end", [state_machine.cancel, None], ids=["canceled", "failed"])
async def test_a_generation_without_images_keeps_no_objects(end: object) -> None:
    harness = RelayHarness()
    await harness.submit()
    harness.keep("1/0.png", "1/preview-3.webp")
    before = harness.generation
    failure = state_machine.DEADLINE_FAILURE
    await harness.save(
        state_machine.cancel(before, NOON) if end else state_machine.fail(before, NOON, failure)
    )
    await harness.process_all()
    assert harness.kept() == set()


async def test_a_running_generation_keeps_all_objects() -> None:
    harness = RelayHarness()
    await harness.submit()
    await harness.save(state_machine.claim(harness.generation, NOON, LEASE))
    harness.keep("1/preview-3.webp")
    await harness.process_all()
    assert harness.kept() == {"1/preview-3.webp"}


async def test_a_purge_deletes_all_objects_and_publishes_nothing() -> None:
    harness = RelayHarness()
    await harness.submit()
    await harness.save(succeeded(harness.generation))
    harness.keep("1/0.png")
    await harness.records.purge(harness.generation)
    await harness.process_all()
    assert harness.kept() == set()
    assert harness.events.published == []


async def test_processing_is_idempotent() -> None:
    harness = RelayHarness()
    await harness.submit()
    await harness.save(succeeded(harness.generation))
    (image,) = harness.generation.images
    harness.images.objects[image.key] = b"png"
    await harness.process_all()
    await harness.process_all()
    assert set(harness.images.objects) == {image.key}


class TestStorageUnavailable:
    @pytest.fixture
    def harness(self, monkeypatch: pytest.MonkeyPatch) -> RelayHarness:
        harness = RelayHarness()

        async def fail(prefix: str, *, keep: Sequence[str] = ()) -> None:
            raise OSError(5, "Input/output error")

        monkeypatch.setattr(harness.images, "delete_under", fail)
        return harness

    async def test_the_event_is_published_anyway(self, harness: RelayHarness) -> None:
        await harness.submit()
        await harness.save(succeeded(harness.generation))
        await harness.process_all()
        assert harness.events.published[-1].generation == harness.generation

    async def test_a_purge_raises(self, harness: RelayHarness) -> None:
        await harness.submit()
        await harness.records.purge(harness.generation)
        with pytest.raises(OSError, match="Input/output"):
            await harness.process_all()


class TestTemporaryObjects:
    """Objects exchanged with the endpoint, under their own prefix."""

    @staticmethod
    def exchanging() -> tuple[RelayHarness, str]:
        def exchanged(owner: Owner, generation_id: str) -> str:
            return f"exchange/{owner}/{generation_id}/"

        harness = RelayHarness()
        harness.relay = Relay(harness.records, harness.images, harness.events, (exchanged,))
        key = f"{exchanged(harness.generation.owner, harness.generation.id)}1/0.out"
        harness.images.objects[key] = b"answer"
        return harness, key

    async def test_they_are_kept_while_the_generation_runs(self) -> None:
        harness, key = self.exchanging()
        await harness.submit()
        await harness.save(state_machine.claim(harness.generation, NOON, LEASE))
        await harness.process_all()
        assert list(harness.images.objects) == [key]

    async def test_they_are_deleted_after_success(self) -> None:
        harness, _ = self.exchanging()
        await harness.submit()
        await harness.save(succeeded(harness.generation))
        image = harness.generation.images[0]
        harness.images.objects |= {image.key: b"image", image.thumbnail_key: b"small"}
        await harness.process_all()
        assert set(harness.images.objects) == {image.key, image.thumbnail_key}

    async def test_they_are_deleted_after_a_cancellation(self) -> None:
        harness, _ = self.exchanging()
        await harness.submit()
        await harness.save(state_machine.cancel(harness.generation, NOON))
        await harness.process_all()
        assert harness.images.objects == {}

    async def test_they_are_deleted_by_a_purge(self) -> None:
        harness, _ = self.exchanging()
        await harness.submit()
        await harness.records.purge(harness.generation)
        await harness.process_all()
        assert harness.images.objects == {}
