"""Image stores in temporary SeaweedFS buckets."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from botocore.credentials import Credentials

from genai_studio.aws.images.store import S3Images
from tests.builders import ManualClock
from tests.servers.processes.clients import client
from tests.servers.processes.seaweedfs import SEAWEEDFS
from tests.servers.processes.server import ACCESS_KEY, SECRET_KEY
from tests.servers.resources.bucket import a_bucket

CREDENTIALS = Credentials(ACCESS_KEY, SECRET_KEY)


@asynccontextmanager
async def images_bucket(clock: ManualClock) -> AsyncIterator[S3Images]:
    """Yield the image store of an empty bucket. Its presigned URLs use the clock's time."""
    s3 = client("s3", SEAWEEDFS)
    with a_bucket() as bucket:
        yield S3Images(s3, bucket, CREDENTIALS, clock, period=timedelta(seconds=1))
