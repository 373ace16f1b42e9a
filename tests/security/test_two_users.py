"""Users cannot read, change, subscribe to or detect data of others.

The test matrix comes from the schema: every root field and every argument that
takes an ID of user data, with a generation of Alice in every state.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from genai_studio.catalog_file import read_models
from genai_studio.domain import state_machine
from genai_studio.domain.boards.board import Board
from genai_studio.domain.catalog import Catalog
from genai_studio.domain.editing.operation import Operation
from genai_studio.domain.failure import Failure, FailureCode
from genai_studio.domain.generation import Generation, Progress
from genai_studio.domain.ids import new_id, new_id_at
from genai_studio.ports import GenerationEvent
from genai_studio.schema.types.cursor import encode_cursor
from tests.builders import (
    ALICE,
    BOB,
    LEASE,
    NOON,
    a_generation,
    a_request,
    change,
    submit,
    succeeded,
)
from tests.fakes.identity import ALICES_TOKEN, BOBS_TOKEN
from tests.fakes.studio import FakeStudio, a_studio
from tests.hosts.suite.asgi_hosts import AsgiHost
from tests.hosts.suite.host import Host, SubscriptionHost
from tests.security.support.requests_by_schema import (
    BOARD,
    SOURCE_UPLOAD,
    Target,
    request,
    root_fields,
    targets,
)

pytestmark = pytest.mark.anyio

ALICES_UPLOAD = new_id_at(NOON)
ALICES_BOARD = new_id_at(NOON)
SECRET = "alice secret image"
KEY = "alice-secret-key"

BROKEN = Failure(FailureCode.ENDPOINT_REJECTED, "alice secret failure", retryable=False)

STATES: dict[str, Callable[[Generation], Generation]] = {
    "queued": lambda it: it,
    "running": lambda it: state_machine.claim(it, NOON, LEASE),
    "succeeded": succeeded,
    "failed": lambda it: state_machine.fail(it, NOON, BROKEN),
    "canceled": lambda it: state_machine.cancel(it, NOON),
    "favorite": lambda it: state_machine.set_favorite(it, favorite=True),
    "trashed": lambda it: state_machine.trash(it, NOON + timedelta(seconds=1)),
}

TARGETS = targets()


@pytest.fixture
def fakes() -> FakeStudio:
    """Return a studio whose models can edit, with an upload and a board of each user.

    Alice has another upload and another board.
    """
    models = [replace(one, operations=tuple(Operation)) for one in read_models()]
    fakes = a_studio(catalog=Catalog(tuple(models)))
    for owner in (ALICE, BOB):
        fakes.uploads.stored(owner, SOURCE_UPLOAD, b"256x256")
        fakes.boards.stored(owner, Board(BOARD, "Cars", NOON))
    fakes.uploads.stored(ALICE, ALICES_UPLOAD, b"256x256")
    fakes.boards.stored(
        ALICE, Board(BOARD, "Cars", NOON), Board(ALICES_BOARD, "alice secret board", NOON)
    )
    return fakes


@pytest.fixture
async def host(fakes: FakeStudio) -> AsyncIterator[Host]:
    async with AsgiHost.over(fakes) as host:
        yield host


async def alices(fakes: FakeStudio, state: str) -> Generation:
    generation = a_generation(
        ALICE,
        request=a_request(SECRET, model=fakes.studio.catalog.models[0].id, width=256, height=256),
        client_request_id=KEY,
    )
    stored = await submit(fakes.records, generation)
    after = STATES[state](stored)
    for image in after.images:
        await fakes.images.put(image.key, SECRET.encode(), image.content_type)
    return stored if after is stored else await change(fakes.records, stored, lambda _: after)


async def arrange_child(fakes: FakeStudio, parent: Generation) -> None:
    """Store a generation of Alice that has this parent, on her board."""
    child = a_generation(ALICE, request=parent.request, parent_id=parent.id, boards=(ALICES_BOARD,))
    await submit(fakes.records, child)


def named(target: Target, id_: str) -> str:
    """Return the value of the target's argument for a generation, an upload or a board."""
    if target.path[-1] == "after":
        return encode_cursor(id_)
    return f"{id_}/0" if names_image(target) else id_


def names_image(target: Target) -> bool:
    """Return whether the target takes the ID of an image of a generation."""
    return target.path[-1] == "sourceImageId" or str(target) == "imageCredentials(id)"


def owned(target: Target, generation: Generation) -> str:
    """Return the ID of Alice's that the target takes."""
    if target.path[-1] == "board" or target.field in {"renameBoard", "deleteBoard"}:
        return ALICES_BOARD
    return ALICES_UPLOAD if target.path[-1].endswith("UploadId") else generation.id


def without(response: Any, *ids: str) -> str:
    """Return the response as text, with these IDs and those of new records normalized."""
    text = json.dumps(response, sort_keys=True)
    for id_ in ids:
        text = text.replace(id_, "ID").replace(encode_cursor(id_), "CURSOR")
    return text


def generations_of(fakes: FakeStudio, owner: str) -> list[Generation]:
    return [one for ref, one in fakes.records._stored.items() if ref.owner == owner]


def test_matrix_covers_every_id_argument() -> None:
    assert {str(target) for target in TARGETS} == {
        "generation(id)",
        "generations(after)",
        "generations(filter.board)",
        "generations(filter.parentId)",
        "generateImage(input.parentId)",
        "generateImage(input.sourceImageId)",
        "generateImage(input.sourceUploadId)",
        "generateImage(input.maskUploadId)",
        "cancelGeneration(id)",
        "retryGeneration(id)",
        "renameBoard(id)",
        "deleteBoard(id)",
        "setBoard(board)",
        "setBoard(ids)",
        "setFavorite(ids)",
        "deleteGenerations(ids)",
        "restoreGenerations(ids)",
        "purgeGenerations(ids)",
        "generationUpdated(id)",
        "imageCredentials(id)",
    }


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize(
    "target", [one for one in TARGETS if one.operation != "subscription"], ids=str
)
async def test_foreign_id_is_indistinguishable_from_missing_id(
    fakes: FakeStudio, host: Host, target: Target, state: str
) -> None:
    hers, nothing = await alices(fakes, state), new_id()
    await arrange_child(fakes, hers)
    before = generations_of(fakes, ALICE), await fakes.boards.read(ALICE)
    id_ = owned(target, hers)
    document, variables = target.request(named(target, id_))

    answer = await host.execute(document, variables, BOBS_TOKEN)
    other = await host.execute(*target.request(named(target, nothing)), BOBS_TOKEN)

    assert without(answer, id_) == without(other, nothing)
    assert "secret" not in json.dumps(answer)
    assert (generations_of(fakes, ALICE), await fakes.boards.read(ALICE)) == before
    assert generations_of(fakes, BOB) == []
    assert fakes.endpoint.requests == []


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize(
    "target",
    # A cursor is a position between IDs; no record need exist there.
    [one for one in TARGETS if one.operation != "subscription" and one.path != ("after",)],
    ids=str,
)
async def test_own_id_differs_from_missing_id(
    fakes: FakeStudio, host: Host, target: Target, state: str
) -> None:
    hers, nothing = await alices(fakes, state), new_id()
    await arrange_child(fakes, hers)
    id_ = owned(target, hers)

    answer = await host.execute(*target.request(named(target, id_)), ALICES_TOKEN)
    other = await host.execute(*target.request(named(target, nothing)), ALICES_TOKEN)

    # Otherwise the matrix would prove nothing. Only a finished generation has images.
    differs = without(answer, id_) != without(other, nothing)
    assert differs == (not names_image(target) or bool(hers.images))


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize(("operation", "field"), root_fields())
async def test_no_field_returns_foreign_data(
    fakes: FakeStudio, host: Host, operation: str, field: str, state: str
) -> None:
    hers = await alices(fakes, state)
    if operation == "subscription":
        return  # below
    document, variables = request(operation, field, {})

    text = json.dumps(await host.execute(document, variables, BOBS_TOKEN))

    for hint in (hers.id, encode_cursor(hers.id), ALICE, "secret", "alice"):
        assert hint not in text


@pytest.mark.parametrize("wanted", ["hers", "nothing", "all"])
async def test_subscription_delivers_no_foreign_events(
    fakes: FakeStudio, host: SubscriptionHost, wanted: str
) -> None:
    hers, his = await alices(fakes, "running"), a_generation(BOB)
    named_id = {"hers": hers.id, "nothing": new_id(), "all": None}[wanted]
    document, variables = request("subscription", "generationUpdated", {("id",): named_id})
    async with host.subscribe(document, variables, BOBS_TOKEN) as responses:
        await fakes.events.publish(GenerationEvent(hers, Progress(1, 1, 8)))
        await fakes.events.publish(GenerationEvent(replace(hers, version=9)))
        await fakes.events.publish(GenerationEvent(his))
        await fakes.events.publish(GenerationEvent(replace(his, id=named_id or his.id)))
        async with asyncio.timeout(10):
            heard = await anext(responses)

    assert heard["data"]["generationUpdated"]["owner"] == BOB


@pytest.mark.parametrize("state", STATES)
async def test_idempotency_keys_are_per_user(fakes: FakeStudio, host: Host, state: str) -> None:
    hers = await alices(fakes, state)
    given: dict[tuple[str, ...], Any] = {
        ("input", "clientRequestId"): KEY,
        ("input", "prompt"): SECRET,
    }
    document, variables = request("mutation", "generateImage", given)

    answer = await host.execute(document, variables, BOBS_TOKEN)

    made = answer["data"]["generateImage"]
    assert made["userErrors"] == []
    assert made["generation"]["owner"] == BOB
    assert made["generation"]["id"] != hers.id


async def test_quotas_are_per_user(fakes: FakeStudio, host: Host) -> None:
    await alices(fakes, "queued")
    document, variables = request("query", "viewer", {})

    hers = await host.execute(document, variables, ALICES_TOKEN)
    his = await host.execute(document, variables, BOBS_TOKEN)

    assert hers["data"]["viewer"]["quota"]["used"] == 1
    assert his["data"]["viewer"]["quota"]["used"] == 0


async def test_pages_contain_no_foreign_generations(fakes: FakeStudio, host: Host) -> None:
    his = [await submit(fakes.records, a_generation(BOB))]
    hers = await alices(fakes, "queued")
    his.append(await submit(fakes.records, a_generation(BOB)))
    after: dict[tuple[str, ...], Any] = {("after",): encode_cursor(hers.id)}
    filters: tuple[dict[tuple[str, ...], Any], ...] = (
        {},
        {("filter", "text"): "secret"},
        {("filter", "trashed"): True},
    )
    for filter_ in filters:
        document, variables = request("query", "generations", after | filter_)

        answer = await host.execute(document, variables, BOBS_TOKEN)

        owners = [one["node"]["owner"] for one in answer["data"]["generations"]["edges"]]
        assert set(owners) <= {BOB}
