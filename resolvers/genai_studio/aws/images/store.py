"""`ports.Images` as objects of one S3 bucket."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from genai_studio.aws.blocking import BlockingCalls, code_of
from genai_studio.aws.client import CONNECTIONS
from genai_studio.aws.images.signed_urls import PERIOD, SignedUrls
from genai_studio.domain.errors import ImageExists, ImageMissing, StudioUnavailable
from genai_studio.ports import Clock, SignedUrl

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ObjectIdentifierTypeDef

CONTENT_TYPES = {".png": "image/png", ".webp": "image/webp", ".jpg": "image/jpeg"}
"""By the ending of the key; links always answer with these."""

CACHE_CONTROL = "private, max-age=31536000, immutable"
"""What lies under a key never changes."""

DELETED_AT_ONCE = 1000
"""The most objects that S3 deletes, or lists, in one call."""

MAX_CONFLICTS = 10
LONGEST_PAUSE_SECONDS = 0.5


class S3Images:
    """One object for each key.

    Args:
        bucket: Private, and of the studio alone.
        credentials: Those of the client, for links.
        period: For `SignedUrls`.
    """

    def __init__(
        self,
        client: S3Client,
        bucket: str,
        credentials: Credentials,
        clock: Clock,
        period: timedelta = PERIOD,
    ) -> None:
        self._client = client
        self._bucket = bucket
        self._clock = clock
        self._calls = BlockingCalls("S3", CONNECTIONS)
        self._urls = SignedUrls(
            _base_url(client, bucket), client.meta.region_name, credentials, period
        )

    async def put(self, key: str, data: bytes, content_type: str) -> None:
        """See `Images.put`."""
        if CONTENT_TYPES.get(PurePosixPath(key).suffix) != content_type:
            raise ValueError("The key's ending and the content type do not agree.")
        for _ in range(MAX_CONFLICTS):
            try:
                await self._calls.run(
                    self._client.put_object,
                    Bucket=self._bucket,
                    Key=key,
                    Body=data,
                    ContentType=content_type,
                    CacheControl=CACHE_CONTROL,
                    ServerSideEncryption="AES256",
                    IfNoneMatch="*",
                )
            except ClientError as error:
                if code_of(error) == "PreconditionFailed":
                    raise ImageExists("An object lies under this key already.") from None
                # Another write to the key is under way: who is first is not decided yet.
                if code_of(error) != "ConditionalRequestConflict":
                    raise self._calls.unavailable(error) from None
                await asyncio.sleep(random.uniform(0, LONGEST_PAUSE_SECONDS))  # noqa: S311 - not a secret
            else:
                return
        raise StudioUnavailable("Too many write to one object at once.")

    async def get(self, key: str) -> bytes:
        """See `Images.get`."""

        def read() -> bytes:
            with self._client.get_object(Bucket=self._bucket, Key=key)["Body"] as body:
                return body.read()

        try:
            return await self._calls.run(read)
        except ClientError as error:
            if code_of(error) == "NoSuchKey":
                raise ImageMissing("No object lies under this key.") from None
            raise self._calls.unavailable(error) from None

    async def delete_under(self, prefix: str, *, keep: Sequence[str] = ()) -> None:
        """See `Images.delete_under`.

        Raises:
            StudioUnavailable: Some are still there; do it again later.
        """
        if not prefix.strip("/") or not prefix.endswith("/"):
            raise ValueError("A prefix names an owner and ends in “/”.")

        def delete() -> None:
            for keys in self._listed(prefix):
                needless: list[ObjectIdentifierTypeDef] = [
                    {"Key": key} for key in keys if not key.startswith(tuple(keep))
                ]
                if needless:
                    answer = self._client.delete_objects(
                        Bucket=self._bucket, Delete={"Objects": needless, "Quiet": True}
                    )
                    _demand_none(answer.get("Errors", ()))

        await self._told(delete)

    def sign(self, key: str, *, download_name: str | None = None) -> SignedUrl:
        """See `Images.sign`. Only a role's credentials that end soon are renewed by a call."""
        answer = {
            "response-content-type": CONTENT_TYPES[PurePosixPath(key).suffix],
            "response-content-disposition": _disposition(download_name),
        }
        return self._urls.sign(key, self._clock.now(), answer)

    def _listed(self, prefix: str) -> Iterator[list[str]]:
        """The keys under a prefix, in as many lists as one call can delete."""
        paginator = self._client.get_paginator("list_objects_v2")
        for page in paginator.paginate(
            Bucket=self._bucket, Prefix=prefix, PaginationConfig={"PageSize": DELETED_AT_ONCE}
        ):
            yield [found["Key"] for found in page.get("Contents", ())]

    async def _told(self, call: Callable[[], None]) -> None:
        try:
            await self._calls.run(call)
        except ClientError as error:
            raise self._calls.unavailable(error) from None


def _demand_none(errors: Sequence[Any]) -> None:
    if errors:
        codes = ", ".join(sorted({str(error.get("Code")) for error in errors}))
        raise StudioUnavailable(f"S3 did not delete {len(errors)} objects: {codes}.")


def _base_url(client: S3Client, bucket: str) -> str:
    """Where a bucket answers, which only botocore's endpoint rules know: from a link it made."""
    link = client.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "k"})
    return link.partition("?")[0].removesuffix("/k")


def _disposition(download_name: str | None) -> str:
    """`inline`, or `attachment` (RFC 6266): the name, and an ASCII form for old clients."""
    if download_name is None:
        return "inline"
    plain = "".join(
        character if character.isascii() and character.isprintable() else "_"
        for character in download_name
    ).translate(str.maketrans('"\\/%', "____"))
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(download_name, safe='')}"
