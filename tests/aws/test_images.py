"""What S3 is told beside the image itself."""

from __future__ import annotations

import pytest

from tests.builders import ManualClock
from tests.servers.processes.clients import client
from tests.servers.processes.seaweedfs import SEAWEEDFS
from tests.servers.resources.images_bucket import images_bucket

pytestmark = pytest.mark.anyio

KEY = "owner/generation/1/0.png"


async def test_an_object_is_encrypted_typed_and_cached_for_good() -> None:
    async with images_bucket(ManualClock()) as images:
        await images.put(KEY, b"image", "image/png")
        bucket = images.sign(KEY).url.split("/")[3]
        stored = client("s3", SEAWEEDFS).head_object(Bucket=bucket, Key=KEY)

    assert stored["ServerSideEncryption"] == "AES256"
    assert stored["ContentType"] == "image/png"
    assert "immutable" in stored["CacheControl"]


async def test_a_type_that_is_not_the_keys_is_refused() -> None:
    async with images_bucket(ManualClock()) as images:
        with pytest.raises(ValueError, match="do not agree"):
            await images.put(KEY, b"<script>", "text/html")


@pytest.mark.parametrize("prefix", ["", "/", "owner", "owner/generation"])
async def test_no_prefix_reaches_beyond_its_owner(prefix: str) -> None:
    async with images_bucket(ManualClock()) as images:
        await images.put(KEY, b"image", "image/png")

        with pytest.raises(ValueError, match="prefix"):
            await images.delete_under(prefix)

        assert await images.get(KEY) == b"image"
