"""A scenario of an edit: a mask is uploaded to S3, and a worker inpaints an image."""

from __future__ import annotations

import hashlib
import io
from typing import Any

import httpx
import numpy as np
from PIL import Image

from tests.hosts.suite.cases import operation
from tests.rehearsal.system.cloud import Cloud
from tests.rehearsal.system.pixels import Pixels, pixels

SIZE = {"width": 128, "height": 128}
FEATHER = 4


async def image_is_inpainted_with_an_uploaded_mask(cloud: Cloud) -> None:
    accepted = await cloud.generate({"prompt": "a lighthouse", **SIZE})
    source = (await cloud.finished(accepted["id"]))["images"][0]
    mask = Image.new("L", (128, 128))
    mask.paste(255, (32, 32, 64, 64))

    accepted = await cloud.generate(
        {
            "operation": "INPAINT",
            "prompt": "a red balloon",
            "sourceImageId": source["id"],
            "maskUploadId": await _upload(cloud, mask),
            "maskFeather": FEATHER,
            "strength": 1,
        }
    )
    finished = await cloud.finished(accepted["id"])

    assert finished["status"] == "SUCCEEDED", finished["failure"]
    before, after = await _pixels(source["url"]), await _pixels(finished["images"][0]["url"])
    assert (await _pixels(finished["sourceUrl"]) == before).all()
    outside = np.ones(before.shape[:2], bool)
    outside[32 - FEATHER : 64 + FEATHER, 32 - FEATHER : 64 + FEATHER] = False
    assert (after[outside] == before[outside]).all()
    assert (after != before).any()


async def _upload(cloud: Cloud, image: Image.Image) -> str:
    file = io.BytesIO()
    image.save(file, "PNG")
    data = file.getvalue()
    declared = {
        "contentType": "image/png",
        "bytes": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
    }
    answer = await cloud.amplify.run(
        "execute", query=operation("createUpload"), variables={"input": declared}
    )
    upload: dict[str, Any] = answer["createUpload"]["upload"]
    fields = {field["name"]: field["value"] for field in upload["fields"]}
    async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
        response = await client.post(upload["url"], data=fields, files={"file": data})
    response.raise_for_status()
    return str(upload["id"])


async def _pixels(url: str) -> Pixels:
    async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
        response = await client.get(url)
    return pixels(io.BytesIO(response.raise_for_status().content))
