"""Scenarios without faults: generate, push progress, search, purge, cancel."""

from __future__ import annotations

import uuid
from functools import partial
from operator import eq
from pathlib import Path

from genai_studio.ports import CredentialStatus
from tests.hosts.suite.cases import operation
from tests.rehearsal.system.account import ENDPOINT
from tests.rehearsal.system.cloud import Cloud
from tests.rehearsal.system.pixels import generate_directly, pixels


async def image_is_generated_pushed_and_downloaded(cloud: Cloud) -> None:
    accepted = await cloud.generate({"prompt": "a red apple", "seed": 7})
    pushed = await cloud.amplify.wait_for("mine", {"id": accepted["id"], "status": "SUCCEEDED"})

    (image,) = pushed["images"]
    file = Path(cloud.account.directory, "downloaded.png")
    download = await cloud.amplify.run("download", url=image["url"], file=str(file))

    assert download == {"status": 200, "contentType": "image/png", "sha256": image["sha256"]}
    expected = await generate_directly(cloud.account.endpoint.upstream, ENDPOINT, accepted)
    assert (pixels(file) == expected).all()
    credentials = await cloud.state.credentials(file)
    assert credentials.status is CredentialStatus.TRUSTED, credentials


async def progress_is_pushed(cloud: Cloud) -> None:
    accepted = await cloud.generate({"prompt": "a yellow bus"})
    await cloud.amplify.wait_for("mine", {"id": accepted["id"], "status": "SUCCEEDED"})

    pushed = [one for one in cloud.amplify.pushed["mine"] if one["id"] == accepted["id"]]
    progress = [one["progress"] for one in pushed if one["progress"]]
    assert (accepted["steps"], accepted["steps"]) in {
        (one["step"], one["steps"]) for one in progress
    }


async def image_is_found_by_text_search(cloud: Cloud) -> None:
    accepted = await cloud.generate({"prompt": "an umbrella in the rain"})
    finished = await cloud.finished(accepted["id"])
    criteria = {"text": "umbrella rain", "statuses": ["SUCCEEDED"]}

    found = await cloud.poll(
        lambda: cloud.amplify.run(
            "execute", query=operation("generations"), variables={"first": 5, "filter": criteria}
        ),
        lambda data: data["generations"]["edges"],
    )

    (edge,) = found["generations"]["edges"]
    assert edge["node"]["id"] == finished["id"]
    assert edge["node"]["images"][0]["sha256"] == finished["images"][0]["sha256"]


async def image_is_found_on_its_board_until_it_is_removed(cloud: Cloud) -> None:
    created = await cloud.amplify.run(
        "execute", query=operation("createBoard"), variables={"name": "Balloons"}
    )
    board = created["createBoard"]["board"]["id"]
    accepted = await cloud.generate({"prompt": "a pink balloon"})
    finished = await cloud.finished(accepted["id"])

    async def listed() -> list[str]:
        criteria = {"first": 5, "filter": {"board": board}}
        data = await cloud.amplify.run(
            "execute", query=operation("generations"), variables=criteria
        )
        return [edge["node"]["id"] for edge in data["generations"]["edges"]]

    for expected in ([finished["id"]], []):
        change = {"ids": [finished["id"]], "board": board, "value": bool(expected)}
        changed = await cloud.amplify.run("execute", query=operation("setBoard"), variables=change)
        assert changed["setBoard"]["userErrors"] == []
        boards = [board] if expected else []
        await cloud.amplify.wait_for("mine", {"id": finished["id"], "boards": boards})
        await cloud.poll(listed, partial(eq, expected))


async def purged_generation_leaves_no_data(cloud: Cloud) -> None:
    accepted = await cloud.generate({"prompt": "a green frog"})
    finished = await cloud.finished(accepted["id"])

    for name in ("setFavorite", "deleteGenerations", "restoreGenerations"):
        await cloud.mutate(name, finished["id"])
    await cloud.mutate("deleteGenerations", finished["id"])
    await cloud.mutate("purgeGenerations", finished["id"])

    await cloud.poll(lambda: cloud.state.keys_of(finished["id"]), lambda keys: not keys)
    assert cloud.state.record(finished["id"]) is None


async def api_gateway_serves_the_same_studio(cloud: Cloud) -> None:
    variables = {"input": {"prompt": "a blue whale", "clientRequestId": str(uuid.uuid4())}}

    first = await cloud.post(operation("generateImage"), variables)
    repeated = await cloud.post(operation("generateImage"), variables)
    accepted = first["data"]["generateImage"]["generation"]
    cloud.accepted.add(accepted["id"])
    finished = await cloud.finished(accepted["id"])
    read = await cloud.post(operation("generation"), {"id": finished["id"]})
    found = await cloud.poll(
        lambda: cloud.post(operation("generations"), {"filter": {"text": "whale"}}),
        lambda response: response["data"]["generations"]["edges"],
    )
    ids = {"ids": [finished["id"]]}
    for name in ("deleteGenerations", "purgeGenerations"):
        purged = await cloud.post(operation(name), ids)

    assert repeated["data"]["generateImage"]["generation"]["id"] == accepted["id"]
    assert read["data"]["generation"]["images"][0]["sha256"] == finished["images"][0]["sha256"]
    assert found["data"]["generations"]["edges"][0]["node"]["id"] == finished["id"]
    assert purged["data"]["purgeGenerations"] == {"purgedIds": ids["ids"], "userErrors": []}


async def canceled_generation_stays_canceled(cloud: Cloud) -> None:
    async with cloud.held_at_endpoint({"prompt": "a purple snail"}) as accepted:
        await cloud.mutate("cancelGeneration", accepted["id"])

    finished = await cloud.finished(accepted["id"])
    assert finished["status"] == "CANCELED"
    assert finished["images"] == []
