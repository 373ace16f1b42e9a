"""The objects of the exchange with an asynchronous endpoint, in S3."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from genai_studio.aws.blocking import BlockingCalls, code_of
from genai_studio.aws.client import CONNECTIONS
from genai_studio.sagemaker.errors import bad_response
from genai_studio.sagemaker.exchange_keys import PREFIX

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

MAX_ANSWER_BYTES = 96 * 1024 * 1024
"""As for a real-time answer. SageMaker allows 1 GB, a function's memory does not."""

_LOCATION = re.compile(r"s3://(?P<bucket>[^/]+)/(?P<key>.+)")
_MISSING = {"NoSuchKey", "404"}


class Exchange:
    """Requests and answers under `exchange_keys.PREFIX` of one bucket.

    Args:
        bucket: The studio's own; the endpoint's `S3OutputPath` and
            `S3FailurePath` lie under the prefix too.
    """

    def __init__(self, client: S3Client, bucket: str) -> None:
        self._client = client
        self._bucket = bucket
        self._calls = BlockingCalls("S3", CONNECTIONS)

    def location(self, key: str) -> str:
        """A key as an `s3://` address."""
        return f"s3://{self._bucket}/{key}"

    def key(self, location: str | None) -> str | None:
        """The key of an address of the exchange; None for any other."""
        found = _LOCATION.fullmatch(location or "")
        if found is None or found["bucket"] != self._bucket:
            return None
        return found["key"] if found["key"].startswith(PREFIX) else None

    async def put(self, key: str, data: bytes, content_type: str) -> None:
        """Store an object.

        Raises:
            StudioUnavailable: It could not be stored.
        """
        try:
            await self._calls.run(
                self._client.put_object,
                Bucket=self._bucket,
                Key=key,
                Body=data,
                ContentType=content_type,
                ServerSideEncryption="AES256",
            )
        except ClientError as error:
            raise self._calls.unavailable(error) from None

    async def exists(self, key: str) -> bool:
        """Whether an object lies there.

        Raises:
            StudioUnavailable: It cannot be told now.
        """
        try:
            await self._calls.run(self._client.head_object, Bucket=self._bucket, Key=key)
        except ClientError as error:
            if code_of(error) in _MISSING:
                return False
            raise self._calls.unavailable(error) from None
        return True

    async def read(self, key: str) -> bytes | None:
        """An object; None when there is none.

        Raises:
            EndpointError: It is larger than any answer.
            StudioUnavailable: It cannot be read now.
        """

        def read() -> bytes:
            with self._client.get_object(Bucket=self._bucket, Key=key)["Body"] as body:
                return body.read(MAX_ANSWER_BYTES + 1)

        try:
            data = await self._calls.run(read)
        except ClientError as error:
            if code_of(error) in _MISSING:
                return None
            raise self._calls.unavailable(error) from None
        if len(data) > MAX_ANSWER_BYTES:
            raise bad_response("it is too large")
        return data
