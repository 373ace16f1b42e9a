"""Every host returns the same response to the same request."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from genai_studio.domain.generation import Progress
from genai_studio.ports import GenerationEvent
from tests.builders import ALICE, BOB, a_generation, succeeded
from tests.fakes.identity import ALICES_TOKEN
from tests.fakes.studio import FakeStudio
from tests.hosts.suite import board_cases, edit_cases, mutation_cases, query_cases, upload_cases
from tests.hosts.suite.appsync_host import AppSyncHost, ServedAppSyncHost, as_appsync_response
from tests.hosts.suite.cases import APPLE, IDS, LINKS_EXPIRE, Case, operation, queued
from tests.hosts.suite.host import Host, Response, SubscriptionHost, without_base

pytestmark = pytest.mark.anyio

CASES = [
    *query_cases.CASES,
    *mutation_cases.CASES,
    *board_cases.CASES,
    *edit_cases.CASES,
    *upload_cases.CASES,
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_responses(host: Host, fakes: FakeStudio, case: Case) -> None:
    if case.arrange is not None:
        await case.arrange(fakes)
    for step in case.steps:
        response = await host.execute(step.document, step.variables, step.token)

        assert without_base(response, host) == expected_response(step.response, host)


def expected_response(response: Response, host: Host) -> Response:
    appsync = isinstance(host, AppSyncHost | ServedAppSyncHost)
    return as_appsync_response(response) if appsync else response


async def test_an_upload_has_an_id_and_a_url(host: Host, fakes: FakeStudio) -> None:
    declared = {"contentType": "image/png", "bytes": 7, "sha256": "0" * 64}

    response = await host.execute(operation("createUpload"), {"input": declared}, ALICES_TOKEN)

    upload = without_base(response, host)["data"]["createUpload"]["upload"]
    assert list(fakes.uploads.created) == [upload["id"]]
    assert upload["url"] == f"/uploads/{ALICE}/{upload['id']}"


async def test_response_keys_are_in_request_order(host: Host) -> None:
    document = "{ models { name id } viewer { username id } first: viewer { id } }"

    response = await host.execute(document, {}, ALICES_TOKEN)

    assert list(response["data"]) == ["models", "viewer", "first"]
    assert list(response["data"]["viewer"]) == ["username", "id"]
    assert list(response["data"]["models"][0]) == ["name", "id"]


async def test_subscription_delivers_changes_and_progress(
    subscription_host: SubscriptionHost, fakes: FakeStudio
) -> None:
    generation = a_generation(id=IDS[5])
    document = operation("generationUpdated")
    async with subscription_host.subscribe(document, {"id": IDS[5]}, ALICES_TOKEN) as responses:
        await fakes.events.publish(GenerationEvent(a_generation(id=IDS[4])))
        await fakes.events.publish(GenerationEvent(a_generation(BOB, id=IDS[5])))
        await fakes.events.publish(
            GenerationEvent(replace(generation, version=2), Progress(1, 3, 8, "some/preview.webp"))
        )
        await fakes.events.publish(GenerationEvent(replace(generation, version=3)))
        async with asyncio.timeout(10):
            updates = [without_base(await anext(responses), subscription_host) for _ in range(2)]

    preview = f"/images/some/preview.webp?expires={LINKS_EXPIRE}&signature=fake"
    progress = {"attempt": 1, "step": 3, "steps": 8, "previewUrl": preview}
    assert updates == [
        {"data": {"generationUpdated": queued(id=IDS[5], version=2, progress=progress)}},
        {"data": {"generationUpdated": queued(id=IDS[5], version=3)}},
    ]


async def test_subscription_without_id_delivers_all_own_generations(
    subscription_host: SubscriptionHost, fakes: FakeStudio
) -> None:
    document = "subscription { generationUpdated { id images { url } } }"
    finished = succeeded(a_generation(id=IDS[0], request=None))
    async with subscription_host.subscribe(document, {}, ALICES_TOKEN) as responses:
        await fakes.events.publish(GenerationEvent(a_generation(BOB)))
        await fakes.events.publish(GenerationEvent(finished))
        async with asyncio.timeout(10):
            update = without_base(await anext(responses), subscription_host)

    images = [{"url": APPLE["images"][0]["url"]}]
    assert update == {"data": {"generationUpdated": {"id": IDS[0], "images": images}}}
