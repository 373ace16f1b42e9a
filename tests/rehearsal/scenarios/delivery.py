"""Scenarios with faults of workers, messages and notifications."""

from __future__ import annotations

import json
import uuid

from tests.rehearsal.system.cloud import Cloud

LEASE_EXPIRY_SECONDS = 150
"""Longer than the lease of a claim without a heartbeat."""


async def killed_worker_is_replaced(cloud: Cloud) -> None:
    async with cloud.held_at_endpoint({"prompt": "a rocket in space"}) as accepted:
        await cloud.workers.kill_processing(accepted["id"])
    await cloud.sweep_later(LEASE_EXPIRY_SECONDS)

    finished = await cloud.finished(accepted["id"])
    assert finished["status"] == "SUCCEEDED"
    assert len(finished["images"]) == finished["count"]
    assert cloud.state.attempts(finished["id"]) == 2


async def late_worker_is_fenced_off(cloud: Cloud) -> None:
    async with cloud.held_at_endpoint({"prompt": "a castle on a hill"}) as accepted:
        await cloud.sweep_later(LEASE_EXPIRY_SECONDS)
        finished = await cloud.finished(accepted["id"])
    await cloud.wait_until_idle(accepted["id"])

    after = await cloud.finished(accepted["id"])
    assert (after["status"], after["version"]) == ("SUCCEEDED", finished["version"])
    assert after["images"][0]["id"] == finished["images"][0]["id"]
    assert cloud.state.attempts(finished["id"]) == 2


async def repeated_message_is_processed_once(cloud: Cloud) -> None:
    async with cloud.held_at_endpoint({"prompt": "a teapot"}) as accepted:
        for _ in range(4):
            await cloud.send(json.dumps({"owner": cloud.owner, "id": accepted["id"]}))
        await cloud.wait_for_deliveries(accepted["id"], 5)

    finished = await cloud.finished(accepted["id"])
    assert finished["status"] == "SUCCEEDED"
    assert cloud.state.attempts(finished["id"]) == 1
    assert cloud.endpoint_calls("teapot") == 1


async def invalid_message_is_dead_lettered(cloud: Cloud) -> None:
    invalid = f"not a message {uuid.uuid4()}"
    await cloud.send(invalid)

    await cloud.poll(cloud.state.dead_lettered_bodies, lambda bodies: invalid in bodies)


async def dead_lettered_generation_fails_with_a_reason(cloud: Cloud) -> None:
    cloud.unstartable_words.add("hedgehog")
    accepted = await cloud.generate({"prompt": "a hedgehog"})

    finished = await cloud.finished(accepted["id"])

    assert (finished["status"], finished["failure"]["code"]) == ("FAILED", "UNDELIVERABLE")
    assert finished["startedAt"] is None
    assert cloud.state.quota_held(finished["id"]) == 0
    await cloud.poll(
        cloud.state.dead_lettered_bodies,
        lambda bodies: any(accepted["id"] in body for body in bodies),
    )


async def lost_notification_is_recovered_by_the_sweeper(cloud: Cloud) -> None:
    cloud.drop_notifications = True
    accepted = await cloud.generate({"prompt": "a pelican"})
    await cloud.wait_for_dropped_notification()
    cloud.drop_notifications = False
    await cloud.sweep_later(LEASE_EXPIRY_SECONDS)
    await cloud.work_later(LEASE_EXPIRY_SECONDS, accepted["id"])

    finished = await cloud.finished(accepted["id"])
    assert finished["status"] == "SUCCEEDED"
    assert cloud.state.attempts(finished["id"]) == 1
