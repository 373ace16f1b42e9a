"""A scenario of signatures: both APIs validate the stored images of their caller only."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx

from tests.hosts.suite.cases import operation
from tests.rehearsal.emulators import api_gateway
from tests.rehearsal.system.cloud import Cloud
from tests.servers.processes.clients import client
from tests.servers.processes.seaweedfs import SEAWEEDFS
from tests.servers.resources.user_pool import sign_in

SIZE = {"width": 128, "height": 128}
CREDENTIALS = operation("imageCredentials")


async def signatures_are_validated_for_the_owner_on_both_apis(cloud: Cloud) -> None:
    accepted = await cloud.generate({"prompt": "a snowman", **SIZE})
    source = (await cloud.finished(accepted["id"]))["images"][0]
    edit = {"operation": "UPSCALE", "prompt": "", "sourceImageId": source["id"], "upscaleFactor": 2}
    accepted = await cloud.generate(edit)
    finished = await cloud.finished(accepted["id"])
    assert finished["status"] == "SUCCEEDED", finished["failure"]
    image = finished["images"][0]["id"]

    found = await _on_both(cloud, image, cloud.token)

    assert (found["id"], found["status"], found["problems"]) == (image, "TRUSTED", [])
    (parent,) = found["ingredients"]
    assert (parent["relationship"], parent["status"]) == ("parentOf", "TRUSTED")
    assert parent["signer"] == found["signer"]
    stranger = await asyncio.to_thread(sign_in, cloud.account.pool, "grace")
    assert await _on_both(cloud, image, stranger.access) is None

    await asyncio.to_thread(_flip_a_byte, cloud, image)

    changed = await _on_both(cloud, image, cloud.token)
    assert changed["status"] == "INVALID"
    assert changed["problems"] == ["assertion.dataHash.mismatch"]


async def _on_both(cloud: Cloud, image_id: str, token: str) -> Any:
    """Return the answer of AppSync and of API Gateway, which must be equal."""
    variables = {"id": image_id}
    async with httpx.AsyncClient(trust_env=False, timeout=60) as http:
        response = await http.post(
            cloud.account.api.url,
            json={"query": CREDENTIALS, "variables": variables},
            headers={"authorization": token},
        )
    through_appsync = response.raise_for_status().json()
    through_gateway = await api_gateway.post(cloud.http, CREDENTIALS, variables, token)

    assert through_gateway == through_appsync
    return through_appsync["data"]["imageCredentials"]


def _flip_a_byte(cloud: Cloud, image_id: str) -> None:
    """Change the last byte of the pixels, in front of the checksum and the last chunk."""
    generation_id, _, index = image_id.partition("/")
    key = cloud.state.existing_record(generation_id).images[int(index)].key
    s3, bucket = client("s3", SEAWEEDFS), cloud.account.bucket
    data = bytearray(s3.get_object(Bucket=bucket, Key=key)["Body"].read())
    data[data.rindex(b"IEND") - 9] ^= 1
    s3.put_object(Bucket=bucket, Key=key, Body=bytes(data), ContentType="image/png")
