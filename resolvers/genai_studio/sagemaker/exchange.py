"""Store and read the S3 objects exchanged with an asynchronous endpoint."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from genai_studio.aws.blocking import BlockingCalls, error_code
from genai_studio.aws.client import CONNECTIONS
from genai_studio.sagemaker.errors import bad_response
from genai_studio.sagemaker.exchange_keys import PREFIX

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

MAX_RESPONSE_BYTES = 96 * 1024 * 1024
"""Maximum size of a response, as for a real-time invocation. SageMaker allows 1 GB,
which does not fit into a function's memory."""

_LOCATION = re.compile(r"s3://(?P<bucket>[^/]+)/(?P<key>.+)")
_NOT_FOUND_CODES = {"NoSuchKey", "404"}


class Exchange:
    """Requests and responses under `exchange_keys.PREFIX` in one bucket.

    Args:
        bucket: Name of the studio's bucket. The endpoint's `S3OutputPath` and
            `S3FailurePath` must lie under the prefix too.
    """

    def __init__(self, client: S3Client, bucket: str) -> None:
        self._client = client
        self._bucket = bucket
        self._calls = BlockingCalls("S3", CONNECTIONS)

    def location(self, key: str) -> str:
        """Return the `s3://` URI of a key."""
        return f"s3://{self._bucket}/{key}"

    def key(self, location: str | None) -> str | None:
        """Return the key of an `s3://` URI, or None if it is outside the exchange."""
        found = _LOCATION.fullmatch(location or "")
        if found is None or found["bucket"] != self._bucket:
            return None
        return found["key"] if found["key"].startswith(PREFIX) else None

    async def put(self, key: str, data: bytes, content_type: str) -> None:
        """Store an object.

        Raises:
            StudioUnavailable: S3 did not accept the object.
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
        """Return whether an object exists.

        Raises:
            StudioUnavailable: S3 does not respond.
        """
        try:
            await self._calls.run(self._client.head_object, Bucket=self._bucket, Key=key)
        except ClientError as error:
            if error_code(error) in _NOT_FOUND_CODES:
                return False
            raise self._calls.unavailable(error) from None
        return True

    async def read(self, key: str) -> bytes | None:
        """Read an object. Returns None if it does not exist.

        Raises:
            EndpointError: The object is larger than `MAX_RESPONSE_BYTES`.
            StudioUnavailable: S3 does not respond.
        """

        def read() -> bytes:
            with self._client.get_object(Bucket=self._bucket, Key=key)["Body"] as body:
                return body.read(MAX_RESPONSE_BYTES + 1)

        try:
            data = await self._calls.run(read)
        except ClientError as error:
            if error_code(error) in _NOT_FOUND_CODES:
                return None
            raise self._calls.unavailable(error) from None
        if len(data) > MAX_RESPONSE_BYTES:
            raise bad_response("it is too large")
        return data
