"""S3-specific behavior of the image store: object metadata and argument checks."""

from __future__ import annotations

import pytest

from tests.builders import ManualClock
from tests.servers.processes.clients import client
from tests.servers.processes.seaweedfs import SEAWEEDFS
from tests.servers.resources.images_bucket import images_bucket

pytestmark = pytest.mark.anyio

KEY = "owner/generation/1/0.png"


async def test_put_sets_encryption_content_type_and_cache_control() -> None:
    async with images_bucket(ManualClock()) as images:
        await images.put(KEY, b"image", "image/png")
        bucket = images.sign(KEY).url.split("/")[3]
        stored = client("s3", SEAWEEDFS).head_object(Bucket=bucket, Key=KEY)

    assert stored["ServerSideEncryption"] == "AES256"
    assert stored["ContentType"] == "image/png"
    assert "immutable" in stored["CacheControl"]


async def test_put_rejects_content_type_that_does_not_match_suffix() -> None:
    async with images_bucket(ManualClock()) as images:
        with pytest.raises(ValueError, match="does not match `content_type`"):
            await images.put(KEY, b"<script>", "text/html")


@pytest.mark.parametrize("prefix", ["", "/", "owner", "owner/generation"])
async def test_delete_under_rejects_prefix_without_owner_or_slash(prefix: str) -> None:
    async with images_bucket(ManualClock()) as images:
        await images.put(KEY, b"image", "image/png")

        with pytest.raises(ValueError, match="prefix"):
            await images.delete_under(prefix)

        assert await images.get(KEY) == b"image"
