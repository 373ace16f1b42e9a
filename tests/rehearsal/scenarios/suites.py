"""What may happen to a picture on its way through the cloud, and what has to come of it.

All of these happen in one cloud, at the same time: each is told from the others
by the words of its prompt. Whatever goes wrong, nothing is lost, nothing is
doubled, and every generation ends in a state with a reason.
"""

from __future__ import annotations

import json
import uuid
from pathlib import Path

from starlette.responses import JSONResponse, Response

from genai_studio.domain.generation import Status
from genai_studio.domain.state_machine import MAX_FAILURES
from tests.hosts.suite.cases import operation
from tests.rehearsal.system.account import ENDPOINT
from tests.rehearsal.system.cloud import Cloud
from tests.rehearsal.system.fault_proxy import times
from tests.rehearsal.system.pixels import drawn_by_model, pixels

PURGED = 2
"""Generations that scenarios purge."""

LEASE_SECONDS = 150
"""Longer than a claim holds without a sign of life."""


async def a_picture_is_asked_for_pushed_and_downloaded(cloud: Cloud) -> None:
    accepted = await cloud.generate({"prompt": "a red apple", "seed": 7})
    pushed = await cloud.amplify.told("mine", {"id": accepted["id"], "status": "SUCCEEDED"})

    (image,) = pushed["images"]
    file = Path(cloud.account.directory, "downloaded.png")
    got = await cloud.amplify.do("download", url=image["url"], file=str(file))

    assert got == {"status": 200, "contentType": "image/png", "sha256": image["sha256"]}
    drawn = await drawn_by_model(cloud.account.endpoint.upstream, ENDPOINT, accepted)
    assert (pixels(file) == drawn).all()


async def progress_is_pushed_on_the_way(cloud: Cloud) -> None:
    accepted = await cloud.generate({"prompt": "a yellow bus"})
    await cloud.amplify.told("mine", {"id": accepted["id"], "status": "SUCCEEDED"})

    told = [one for one in cloud.amplify.pushed["mine"] if one["id"] == accepted["id"]]
    steps = {(one["progress"]["step"], one["progress"]["steps"]) for one in told if one["progress"]}
    assert (accepted["steps"], accepted["steps"]) in steps


async def a_picture_is_found_by_its_words(cloud: Cloud) -> None:
    accepted = await cloud.generate({"prompt": "an umbrella in the rain"})
    made = await cloud.finished(accepted["id"])
    wanted = {"text": "umbrella rain", "statuses": ["SUCCEEDED"]}

    found = await cloud.until(
        lambda: cloud.amplify.do(
            "execute", query=operation("generations"), variables={"first": 5, "filter": wanted}
        ),
        lambda data: data["generations"]["edges"],
    )

    (edge,) = found["generations"]["edges"]
    assert edge["node"]["id"] == made["id"]
    assert edge["node"]["images"][0]["sha256"] == made["images"][0]["sha256"]


async def a_purged_picture_leaves_nothing(cloud: Cloud) -> None:
    accepted = await cloud.generate({"prompt": "a green frog"})
    made = await cloud.finished(accepted["id"])

    for name in ("setFavorite", "deleteGenerations", "restoreGenerations"):
        await cloud.change(name, made["id"])
    await cloud.change("deleteGenerations", made["id"])
    await cloud.change("purgeGenerations", made["id"])

    await cloud.until(lambda: cloud.kept(made["id"]), lambda kept: not kept)
    assert cloud.record(made["id"]) is None


async def the_api_gateway_leads_to_the_same_studio(cloud: Cloud) -> None:
    wish = {"input": {"prompt": "a blue whale", "clientRequestId": str(uuid.uuid4())}}

    asked = await cloud.post(operation("generateImage"), wish)
    again = await cloud.post(operation("generateImage"), wish)
    accepted = asked["data"]["generateImage"]["generation"]
    cloud.accepted.add(accepted["id"])
    made = await cloud.finished(accepted["id"])
    read = await cloud.post(operation("generation"), {"id": made["id"]})
    found = await cloud.until(
        lambda: cloud.post(operation("generations"), {"filter": {"text": "whale"}}),
        lambda response: response["data"]["generations"]["edges"],
    )
    ids = {"ids": [made["id"]]}
    for name in ("deleteGenerations", "purgeGenerations"):
        purged = await cloud.post(operation(name), ids)

    assert again["data"]["generateImage"]["generation"]["id"] == accepted["id"]
    assert read["data"]["generation"]["images"][0]["sha256"] == made["images"][0]["sha256"]
    assert found["data"]["generations"]["edges"][0]["node"]["id"] == made["id"]
    assert purged["data"]["purgeGenerations"] == {"purgedIds": ids["ids"], "userErrors": []}


async def a_canceled_one_stays_canceled(cloud: Cloud) -> None:
    async with cloud.held_at_endpoint({"prompt": "a purple snail"}) as accepted:
        await cloud.change("cancelGeneration", accepted["id"])

    ended = await cloud.finished(accepted["id"])
    assert ended["status"] == "CANCELED"
    assert ended["images"] == []


async def the_worker_is_killed_in_the_middle(cloud: Cloud) -> None:
    async with cloud.held_at_endpoint({"prompt": "a rocket in space"}) as accepted:
        await cloud.workers.kill_whoever_has(accepted["id"])
    await cloud.sweep_later(LEASE_SECONDS)

    made = await cloud.finished(accepted["id"])
    assert made["status"] == "SUCCEEDED"
    assert len(made["images"]) == made["count"]
    assert cloud.attempts(made["id"]) == 2


async def a_worker_that_was_given_up_wakes_late(cloud: Cloud) -> None:
    async with cloud.held_at_endpoint({"prompt": "a castle on a hill"}) as accepted:
        await cloud.sweep_later(LEASE_SECONDS)
        made = await cloud.finished(accepted["id"])
    await cloud.left_alone(accepted["id"])

    after = await cloud.finished(accepted["id"])
    assert (after["status"], after["version"]) == ("SUCCEEDED", made["version"])
    assert after["images"][0]["id"] == made["images"][0]["id"]
    assert cloud.attempts(made["id"]) == 2


async def a_message_is_delivered_five_times(cloud: Cloud) -> None:
    async with cloud.held_at_endpoint({"prompt": "a teapot"}) as accepted:
        for _ in range(4):
            await cloud.send(json.dumps({"owner": cloud.owner, "id": accepted["id"]}))
        await cloud.delivered(accepted["id"], 5)

    made = await cloud.finished(accepted["id"])
    assert made["status"] == "SUCCEEDED"
    assert cloud.attempts(made["id"]) == 1
    assert cloud.asked_endpoint("teapot") == 1


async def the_endpoint_throttles(cloud: Cloud) -> None:
    cloud.account.endpoint.watchmen.append(times(2, "violin", _throttled))
    accepted = await cloud.generate({"prompt": "a violin"})

    made = await cloud.finished(accepted["id"])

    assert made["status"] == "SUCCEEDED"
    assert cloud.attempts(made["id"]) == 3
    assert cloud.steps(made["id"]).count("answered ENDPOINT_THROTTLED") == 2


async def the_endpoint_times_out(cloud: Cloud) -> None:
    cloud.account.endpoint.watchmen.append(times(1, "turtle", _model_timeout))
    accepted = await cloud.generate({"prompt": "a turtle"})

    made = await cloud.finished(accepted["id"])

    assert made["status"] == "SUCCEEDED"
    assert cloud.attempts(made["id"]) == 2
    assert "answered ENDPOINT_TIMEOUT" in cloud.steps(made["id"])


async def the_endpoint_answers_garbage(cloud: Cloud) -> None:
    garbage = times(MAX_FAILURES, "dragon", lambda: Response(b"\x00<html>oops", 200))
    cloud.account.endpoint.watchmen.append(garbage)
    accepted = await cloud.generate({"prompt": "a dragon"})

    ended = await cloud.finished(accepted["id"])

    assert (ended["status"], ended["failure"]["code"]) == ("FAILED", "ENDPOINT_BAD_RESPONSE")
    assert ended["failure"]["retryable"]
    assert cloud.attempts(ended["id"]) == MAX_FAILURES
    assert cloud.quota_held(ended["id"]) == 0


async def the_endpoint_filters(cloud: Cloud) -> None:
    cloud.account.endpoint.watchmen.append(times(1, "knight", _held_back))
    accepted = await cloud.generate({"prompt": "a knight"})

    ended = await cloud.finished(accepted["id"])

    assert (ended["status"], ended["failure"]["code"]) == ("FAILED", "CONTENT_FILTERED")
    assert cloud.attempts(ended["id"]) == 1
    assert cloud.quota_held(ended["id"]) == 0


async def s3_refuses_once(cloud: Cloud) -> None:
    async with cloud.held_at_endpoint({"prompt": "a lantern"}) as accepted:
        cloud.account.storage.watchmen.append(times(1, f"{accepted['id']}/1/0.png", _s3_denies))

    made = await cloud.finished(accepted["id"])

    assert made["status"] == "SUCCEEDED"
    assert cloud.attempts(made["id"]) == 2


async def s3_refuses_always(cloud: Cloud) -> None:
    async with cloud.held_at_endpoint({"prompt": "an anchor"}) as accepted:
        refusals = [
            times(MAX_FAILURES, f"{accepted['id']}/{fence}/", _s3_denies) for fence in (1, 2, 3)
        ]
        cloud.account.storage.watchmen.extend(refusals)

    ended = await cloud.finished(accepted["id"])

    assert (ended["status"], ended["failure"]["code"]) == ("FAILED", "STORAGE_FAILED")
    assert cloud.quota_held(ended["id"]) == 0


async def appsync_refuses_what_is_published(cloud: Cloud) -> None:
    refusal = times(8, "balloon", lambda: JSONResponse({"errors": []}, 503))
    cloud.account.publishing.watchmen.append(refusal)
    accepted = await cloud.generate({"prompt": "a balloon"})

    pushed = await cloud.amplify.told("mine", {"id": accepted["id"], "status": "SUCCEEDED"})

    assert pushed["images"]
    assert cloud.lost == []


async def a_message_that_is_none_is_dead(cloud: Cloud) -> None:
    poison = f"not a message {uuid.uuid4()}"
    await cloud.send(poison)

    await cloud.until(cloud.dead_letters, lambda bodies: poison in bodies)


async def a_generation_that_no_worker_starts_for_fails_with_a_reason(cloud: Cloud) -> None:
    cloud.never_started.add("hedgehog")
    accepted = await cloud.generate({"prompt": "a hedgehog"})

    ended = await cloud.finished(accepted["id"])

    assert (ended["status"], ended["failure"]["code"]) == ("FAILED", "UNDELIVERABLE")
    assert ended["startedAt"] is None
    assert cloud.quota_held(ended["id"]) == 0
    await cloud.until(
        cloud.dead_letters, lambda bodies: any(accepted["id"] in body for body in bodies)
    )


async def in_the_end_all_have_ended_and_nothing_is_left_over(cloud: Cloud) -> None:
    generations = await cloud.generations()
    named = {
        key
        for one in generations
        for image in one.images
        for key in (image.key, image.thumbnail_key)
    }

    assert len(generations) == len(cloud.accepted) - PURGED
    assert {one.id for one in generations} <= cloud.accepted
    assert all(one.status.final for one in generations)
    assert all(one.failure is not None for one in generations if one.status is Status.FAILED)
    assert all(
        len(one.images) == one.request.count
        for one in generations
        if one.status is Status.SUCCEEDED
    )
    assert await cloud.until(cloud.keys, lambda keys: keys == named)
    await cloud.until(cloud.waiting_messages, lambda waiting: waiting == 0)


async def a_notice_is_lost(cloud: Cloud) -> None:
    cloud.notices_are_lost = True
    accepted = await cloud.generate({"prompt": "a pelican"})
    await cloud.notice_lost()
    cloud.notices_are_lost = False
    await cloud.sweep_later(LEASE_SECONDS)
    await cloud.work_later(LEASE_SECONDS, accepted["id"])

    made = await cloud.finished(accepted["id"])
    assert made["status"] == "SUCCEEDED"
    assert cloud.attempts(made["id"]) == 1


def _throttled() -> Response:
    return JSONResponse(
        {"message": "Rate exceeded"}, 400, headers={"x-amzn-errortype": "ThrottlingException"}
    )


def _model_timeout() -> Response:
    """As SageMaker says that a container let its 60 s pass."""
    content = {
        "Message": "Received server error (0) from primary",
        "OriginalStatusCode": 0,
        "OriginalMessage": "Your invocation timed out while waiting for a response",
        "LogStreamArn": "arn:aws:logs:eu-central-1:123456789012:log-group:any",
    }
    return JSONResponse(content, 424, headers={"x-amzn-errortype": "ModelError"})


def _held_back() -> Response:
    """As SageMaker passes on that the project's container filtered a picture."""
    said = {"code": "ContentFiltered", "message": "The picture was held back."}
    content = {
        "Message": "Received client error (422) from primary",
        "OriginalStatusCode": 422,
        "OriginalMessage": json.dumps(said),
        "LogStreamArn": "arn:aws:logs:eu-central-1:123456789012:log-group:any",
    }
    return JSONResponse(content, 424, headers={"x-amzn-errortype": "ModelError"})


def _s3_denies() -> Response:
    body = "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"
    return Response(body, 403, media_type="application/xml")


TOGETHER = (
    a_picture_is_asked_for_pushed_and_downloaded,
    progress_is_pushed_on_the_way,
    a_picture_is_found_by_its_words,
    a_purged_picture_leaves_nothing,
    the_api_gateway_leads_to_the_same_studio,
    a_canceled_one_stays_canceled,
    a_message_is_delivered_five_times,
    the_endpoint_throttles,
    the_endpoint_times_out,
    the_endpoint_answers_garbage,
    the_endpoint_filters,
    s3_refuses_once,
    s3_refuses_always,
    appsync_refuses_what_is_published,
    a_message_that_is_none_is_dead,
    a_generation_that_no_worker_starts_for_fails_with_a_reason,
)
"""All at the same time."""

ALONE = (
    the_worker_is_killed_in_the_middle,
    a_worker_that_was_given_up_wakes_late,
    in_the_end_all_have_ended_and_nothing_is_left_over,
)
"""One after the other, when nothing else runs: they let two minutes pass, and look at the whole."""

ASYNCHRONOUS = (a_picture_is_asked_for_pushed_and_downloaded, a_notice_is_lost)
"""One after the other, where the endpoint answers later."""
