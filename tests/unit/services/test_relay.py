from __future__ import annotations

from collections.abc import Sequence

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


class RelayBench:
    def __init__(self) -> None:
        self.records = FakeRecords()
        self.images = FakeImages(ManualClock())
        self.events = FakeEvents()
        self.relay = Relay(self.records, self.images, self.events)
        self.generation = a_generation()

    async def submit(self) -> None:
        await self.records.submit(self.generation, a_key(self.generation), QuotaLimits())

    async def become(self, after: Generation) -> None:
        await self.records.save(self.generation, after)
        self.generation = after

    def keep(self, *names: str) -> None:
        prefix = generation_prefix(self.generation.owner, self.generation.id)
        for name in names:
            self.images.objects[prefix + name] = b"bytes"

    def kept(self) -> set[str]:
        prefix = generation_prefix(self.generation.owner, self.generation.id)
        return {key.removeprefix(prefix) for key in self.images.objects}

    async def carry_all(self) -> Sequence[Change]:
        changes = await self.records.changes(None, 100)
        for change in changes:
            await self.relay.process(change)
        return changes


async def test_every_change_tells_the_newest_record() -> None:
    bench = RelayBench()
    await bench.submit()
    await bench.become(state_machine.claim(bench.generation, NOON, LEASE))
    await bench.carry_all()
    told = [event.generation for event in bench.events.published]
    assert told == [bench.generation, bench.generation]
    assert all(event.progress is None for event in bench.events.published)


async def test_a_finished_one_keeps_what_its_record_names() -> None:
    bench = RelayBench()
    await bench.submit()
    await bench.become(succeeded(bench.generation))
    (image,) = bench.generation.images
    bench.images.objects |= {image.key: b"png", image.thumbnail_key: b"webp"}
    bench.keep("1/preview-3.webp", "2/0.png", "10/0.png")
    await bench.carry_all()
    assert set(bench.images.objects) == {image.key, image.thumbnail_key}


@pytest.mark.parametrize("end", [state_machine.cancel, None], ids=["canceled", "failed"])
async def test_one_without_images_keeps_nothing(end: object) -> None:
    bench = RelayBench()
    await bench.submit()
    bench.keep("1/0.png", "1/preview-3.webp")
    before = bench.generation
    failure = state_machine.DEADLINE_FAILURE
    await bench.become(
        state_machine.cancel(before, NOON) if end else state_machine.fail(before, NOON, failure)
    )
    await bench.carry_all()
    assert bench.kept() == set()


async def test_a_running_one_keeps_everything() -> None:
    bench = RelayBench()
    await bench.submit()
    await bench.become(state_machine.claim(bench.generation, NOON, LEASE))
    bench.keep("1/preview-3.webp")
    await bench.carry_all()
    assert bench.kept() == {"1/preview-3.webp"}


async def test_a_purge_deletes_the_images_and_tells_nobody() -> None:
    bench = RelayBench()
    await bench.submit()
    await bench.become(succeeded(bench.generation))
    bench.keep("1/0.png")
    await bench.records.purge(bench.generation)
    await bench.carry_all()
    assert bench.kept() == set()
    assert bench.events.published == []


async def test_carrying_twice_does_no_harm() -> None:
    bench = RelayBench()
    await bench.submit()
    await bench.become(succeeded(bench.generation))
    (image,) = bench.generation.images
    bench.images.objects[image.key] = b"png"
    await bench.carry_all()
    await bench.carry_all()
    assert set(bench.images.objects) == {image.key}


class TestStorageAway:
    @pytest.fixture
    def bench(self, monkeypatch: pytest.MonkeyPatch) -> RelayBench:
        bench = RelayBench()

        async def away(prefix: str, *, keep: Sequence[str] = ()) -> None:
            raise OSError(5, "Input/output error")

        monkeypatch.setattr(bench.images, "delete_under", away)
        return bench

    async def test_subscribers_hear_of_the_end_all_the_same(self, bench: RelayBench) -> None:
        await bench.submit()
        await bench.become(succeeded(bench.generation))
        await bench.carry_all()
        assert bench.events.published[-1].generation == bench.generation

    async def test_a_purge_is_not_taken_as_done(self, bench: RelayBench) -> None:
        await bench.submit()
        await bench.records.purge(bench.generation)
        with pytest.raises(OSError, match="Input/output"):
            await bench.carry_all()


class TestWhatPassesBetweenStudioAndEndpoint:
    """It lies beside the images, under a prefix of its own."""

    @staticmethod
    def exchanging() -> tuple[RelayBench, str]:
        def exchanged(owner: Owner, generation_id: str) -> str:
            return f"exchange/{owner}/{generation_id}/"

        bench = RelayBench()
        bench.relay = Relay(bench.records, bench.images, bench.events, (exchanged,))
        key = f"{exchanged(bench.generation.owner, bench.generation.id)}1/0.out"
        bench.images.objects[key] = b"answer"
        return bench, key

    async def test_it_stays_while_the_endpoint_works(self) -> None:
        bench, key = self.exchanging()
        await bench.submit()
        await bench.become(state_machine.claim(bench.generation, NOON, LEASE))
        await bench.carry_all()
        assert list(bench.images.objects) == [key]

    async def test_it_goes_when_the_images_are_there(self) -> None:
        bench, _ = self.exchanging()
        await bench.submit()
        await bench.become(succeeded(bench.generation))
        image = bench.generation.images[0]
        bench.images.objects |= {image.key: b"image", image.thumbnail_key: b"small"}
        await bench.carry_all()
        assert set(bench.images.objects) == {image.key, image.thumbnail_key}

    async def test_a_cancel_takes_the_request_away_before_it_is_read(self) -> None:
        bench, _ = self.exchanging()
        await bench.submit()
        await bench.become(state_machine.cancel(bench.generation, NOON))
        await bench.carry_all()
        assert bench.images.objects == {}

    async def test_a_purge_takes_it_along(self) -> None:
        bench, _ = self.exchanging()
        await bench.submit()
        await bench.records.purge(bench.generation)
        await bench.carry_all()
        assert bench.images.objects == {}
