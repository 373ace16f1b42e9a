"""`ports.UploadStore` in S3: clients send files with presigned POST requests.

A lifecycle rule of the bucket deletes the objects under `uploads/`.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from genai_studio.aws.blocking import BlockingCalls
from genai_studio.aws.client import CONNECTIONS
from genai_studio.domain.editing.upload import NewUpload, original_key, upload_prefix
from genai_studio.domain.identity import Owner
from genai_studio.ports import UploadTarget

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

LIFETIME = timedelta(minutes=15)


class S3Uploads:
    """Presigns uploads to the bucket of the images, and lists them.

    The policy of a request fixes key, size, content type and digest. S3 rejects a file with
    another digest; other implementations of S3 may ignore this field.

    Args:
        bucket: Name of the bucket.
    """

    def __init__(self, client: S3Client, bucket: str) -> None:
        self._client = client
        self._bucket = bucket
        self._calls = BlockingCalls("S3", CONNECTIONS)

    def target(self, owner: Owner, upload: NewUpload) -> UploadTarget:
        """See `UploadStore.target`. Makes a network call only to refresh role credentials."""
        digest = base64.b64encode(bytes.fromhex(upload.sha256)).decode()
        fields = {
            "Content-Type": upload.content_type,
            "x-amz-checksum-algorithm": "SHA256",
            "x-amz-checksum-sha256": digest,
        }
        exact_size: list[Any] = ["content-length-range", upload.bytes, upload.bytes]
        post = self._client.generate_presigned_post(
            self._bucket,
            original_key(owner, upload),
            Fields=dict(fields),
            Conditions=[*({name: value} for name, value in fields.items()), exact_size],
            ExpiresIn=int(LIFETIME.total_seconds()),
        )
        return UploadTarget(post["url"], "POST", fields=post["fields"])

    async def keys(self, owner: Owner, upload_id: str) -> Sequence[str]:
        """See `UploadStore.keys`."""
        try:
            page = await self._calls.run(
                self._client.list_objects_v2,
                Bucket=self._bucket,
                Prefix=upload_prefix(owner, upload_id),
            )
        except ClientError as error:
            raise self._calls.unavailable(error) from None
        return [found["Key"] for found in page.get("Contents", ())]
