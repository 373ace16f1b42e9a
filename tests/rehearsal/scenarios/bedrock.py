"""Scenarios that only a model in Amazon Bedrock has."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from tests.rehearsal.system.cloud import Cloud
from tests.rehearsal.system.fault_proxy import respond_first
from tests.servers.bedrock import answer


async def image_of_bedrock_is_pushed_and_downloaded(cloud: Cloud) -> None:
    accepted = await cloud.generate({"prompt": "a red apple", "seed": 7})
    pushed = await cloud.amplify.wait_for("mine", {"id": accepted["id"], "status": "SUCCEEDED"})

    (image,) = pushed["images"]
    file = Path(cloud.account.directory, "downloaded.png")
    download = await cloud.amplify.run("download", url=image["url"], file=str(file))

    assert download == {"status": 200, "contentType": "image/png", "sha256": image["sha256"]}
    # Bedrock chooses the size. The record has that of the image.
    with Image.open(file) as stored:
        assert stored.size == (image["width"], image["height"]) == (128, 128)


async def content_filtered_by_bedrock_fails_without_retry(cloud: Cloud) -> None:
    filtered = respond_first(1, "knight", lambda: answer([], ["Filter reason: prompt"]))
    cloud.account.endpoint.interceptors.append(filtered)
    accepted = await cloud.generate({"prompt": "a knight"})

    finished = await cloud.finished(accepted["id"])

    assert (finished["status"], finished["failure"]["code"]) == ("FAILED", "CONTENT_FILTERED")
    assert cloud.state.attempts(finished["id"]) == 1
    assert cloud.state.quota_held(finished["id"]) == 0
