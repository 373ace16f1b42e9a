"""Every host completes the project's own operations with generated functions."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from genai_studio.ports import GenerationEvent
from genai_studio.schema.compiled.executor import CompiledExecutor
from tests.builders import a_generation
from tests.fakes.identity import ALICES_TOKEN
from tests.fakes.studio import FakeStudio
from tests.hosts.suite.board_cases import BOARD, arrange_boards
from tests.hosts.suite.cases import IDS, OPERATIONS, operation
from tests.hosts.suite.host import Host, SubscriptionHost

pytestmark = pytest.mark.anyio

VARIABLES: dict[str, dict[str, Any]] = {
    "boards": {},
    "cancelGeneration": {"id": IDS[0]},
    "createBoard": {"name": "Cars"},
    "createUpload": {"input": {"contentType": "image/png", "bytes": 1, "sha256": "0" * 64}},
    "deleteBoard": {"id": BOARD.id},
    "deleteGenerations": {"ids": IDS[:2]},
    "draftImage": {"input": {"prompt": "a red apple", "width": 256, "height": 256}},
    "generateImage": {"input": {"prompt": "a red apple"}},
    "generation": {"id": IDS[0]},
    "generationTimeline": {"id": IDS[0]},
    "generations": {},
    "imageCredentials": {"id": f"{IDS[0]}/0"},
    "models": {},
    "purgeGenerations": {"ids": IDS[:1]},
    "renameBoard": {"id": BOARD.id, "name": "Cars"},
    "restoreGenerations": {"ids": IDS[:1]},
    "retryGeneration": {"id": IDS[1]},
    "setBoard": {"ids": IDS[:2], "board": BOARD.id, "value": True},
    "setFavorite": {"ids": IDS[:2], "value": True},
    "viewer": {},
}
SUBSCRIPTION = "generationUpdated"


def test_every_operation_is_named() -> None:
    assert {path.stem for path in OPERATIONS.glob("*.graphql")} == {*VARIABLES, SUBSCRIPTION}


@pytest.mark.parametrize("name", VARIABLES)
async def test_the_second_request_is_compiled(host: Host, fakes: FakeStudio, name: str) -> None:
    await arrange_boards(fakes)
    await host.execute(operation(name), VARIABLES[name], ALICES_TOKEN)
    before = CompiledExecutor.completed, CompiledExecutor.fallbacks

    response = await host.execute(operation(name), VARIABLES[name], ALICES_TOKEN)

    assert response["data"] is not None
    assert (CompiledExecutor.completed, CompiledExecutor.fallbacks) == (before[0] + 1, before[1])


async def test_pushed_events_are_compiled(
    subscription_host: SubscriptionHost, fakes: FakeStudio
) -> None:
    before = CompiledExecutor.completed, CompiledExecutor.fallbacks
    async with subscription_host.subscribe(operation(SUBSCRIPTION), {}, ALICES_TOKEN) as responses:
        async with asyncio.timeout(10):
            for _ in range(3):
                await fakes.events.publish(GenerationEvent(a_generation()))
                await anext(responses)

    assert CompiledExecutor.completed >= before[0] + 2
    assert CompiledExecutor.fallbacks == before[1]
