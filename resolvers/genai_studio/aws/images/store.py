"""Store images as objects of one S3 bucket (`ports.Images`)."""

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
from botocore.handlers import disable_signing

from genai_studio.aws.blocking import BlockingCalls, error_code
from genai_studio.aws.client import CONNECTIONS
from genai_studio.aws.images.presigned_urls import PERIOD, PresignedUrls
from genai_studio.domain.errors import ImageExists, ImageMissing, StudioUnavailable
from genai_studio.ports import Clock, SignedUrl

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ObjectIdentifierTypeDef

CONTENT_TYPES = {".png": "image/png", ".webp": "image/webp", ".jpg": "image/jpeg"}
"""Content type by key suffix. Presigned URLs override the response header with it."""

CACHE_CONTROL = "private, max-age=31536000, immutable"
"""An object is never overwritten, so clients may cache it forever."""

DELETE_BATCH = 1000
"""Maximum number of objects that S3 lists or deletes in one call."""

MAX_CONFLICTS = 10
MAX_BACKOFF_SECONDS = 0.5


class S3Images:
    """Image store in one S3 bucket.

    Args:
        bucket: Name of a private bucket that only the studio uses.
        credentials: The client's credentials, to presign URLs.
        period: See `PresignedUrls`.
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
        self._urls = PresignedUrls(
            bucket_url(client, bucket), client.meta.region_name, credentials, period
        )

    async def put(self, key: str, data: bytes, content_type: str) -> None:
        """See `Images.put`."""
        if CONTENT_TYPES.get(PurePosixPath(key).suffix) != content_type:
            raise ValueError("The suffix of `key` does not match `content_type`.")
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
                if error_code(error) == "PreconditionFailed":
                    raise ImageExists("An object with this key already exists.") from None
                # A concurrent write to the key is in progress. Retry to see which one wins.
                if error_code(error) != "ConditionalRequestConflict":
                    raise self._calls.unavailable(error) from None
                await asyncio.sleep(random.uniform(0, MAX_BACKOFF_SECONDS))  # noqa: S311 - not a secret
            else:
                return
        raise StudioUnavailable("Too many concurrent writes to one object.")

    async def get(self, key: str) -> bytes:
        """See `Images.get`."""

        def read() -> bytes:
            with self._client.get_object(Bucket=self._bucket, Key=key)["Body"] as body:
                return body.read()

        try:
            return await self._calls.run(read)
        except ClientError as error:
            if error_code(error) == "NoSuchKey":
                raise ImageMissing("No object with this key exists.") from None
            raise self._calls.unavailable(error) from None

    async def delete_under(self, prefix: str, *, keep: Sequence[str] = ()) -> None:
        """See `Images.delete_under`.

        Raises:
            StudioUnavailable: Some objects were not deleted. Call again later.
        """
        if not prefix.strip("/") or not prefix.endswith("/"):
            raise ValueError("`prefix` must start with an owner and end with “/”.")

        def delete() -> None:
            for keys in self._list_keys(prefix):
                obsolete: list[ObjectIdentifierTypeDef] = [
                    {"Key": key} for key in keys if not key.startswith(tuple(keep))
                ]
                if obsolete:
                    response = self._client.delete_objects(
                        Bucket=self._bucket, Delete={"Objects": obsolete, "Quiet": True}
                    )
                    _raise_for_errors(response.get("Errors", ()))

        await self._run(delete)

    def sign(self, key: str, *, download_name: str | None = None) -> SignedUrl:
        """See `Images.sign`. Makes a network call only to refresh expiring role credentials."""
        response_headers = {
            "response-content-type": CONTENT_TYPES[PurePosixPath(key).suffix],
            "response-content-disposition": _disposition(download_name),
        }
        return self._urls.sign(key, self._clock.now(), response_headers)

    def _list_keys(self, prefix: str) -> Iterator[list[str]]:
        """Yield the keys under a prefix in batches that one call can delete."""
        paginator = self._client.get_paginator("list_objects_v2")
        for page in paginator.paginate(
            Bucket=self._bucket, Prefix=prefix, PaginationConfig={"PageSize": DELETE_BATCH}
        ):
            yield [found["Key"] for found in page.get("Contents", ())]

    async def _run(self, call: Callable[[], None]) -> None:
        try:
            await self._calls.run(call)
        except ClientError as error:
            raise self._calls.unavailable(error) from None


def _raise_for_errors(errors: Sequence[Any]) -> None:
    if errors:
        codes = ", ".join(sorted({str(error.get("Code")) for error in errors}))
        raise StudioUnavailable(f"S3 did not delete {len(errors)} objects: {codes}.")


def bucket_url(client: S3Client, bucket: str) -> str:
    """Return the URL of a bucket. Only botocore's endpoint rules know it.

    Nothing is signed, so that no credentials are fetched: Lambda may take a snapshot.
    """
    signer = "choose-signer.s3.GetObject"
    client.meta.events.register(signer, disable_signing)
    try:
        url = client.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "k"})
    finally:
        client.meta.events.unregister(signer, disable_signing)
    return url.partition("?")[0].removesuffix("/k")


def _disposition(download_name: str | None) -> str:
    """Return a `Content-Disposition` value: `inline`, or `attachment` with the name.

    The name is given twice (RFC 6266): encoded, and as ASCII for old clients.
    """
    if download_name is None:
        return "inline"
    ascii_name = "".join(
        character if character.isascii() and character.isprintable() else "_"
        for character in download_name
    ).translate(str.maketrans('"\\/%', "____"))
    encoded = quote(download_name, safe="")
    return f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{encoded}"
