"""Temporary buckets of images and of exchanges with an asynchronous endpoint."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from botocore.credentials import Credentials

from genai_studio.aws.images.store import S3Images
from genai_studio.ports import Clock
from genai_studio.sagemaker.exchange import Exchange
from tests.servers.processes.clients import client
from tests.servers.processes.seaweedfs import SEAWEEDFS
from tests.servers.processes.server import ACCESS_KEY, SECRET_KEY
from tests.servers.resources.bucket import a_bucket


@dataclass(frozen=True)
class ExchangeBucket:
    """A temporary bucket in SeaweedFS."""

    name: str
    s3: Any

    @property
    def exchange(self) -> Exchange:
        return Exchange(self.s3, self.name)

    def images(self, clock: Clock) -> S3Images:
        credentials = Credentials(ACCESS_KEY, SECRET_KEY)
        return S3Images(self.s3, self.name, credentials, clock, period=timedelta(seconds=1))

    def keys(self, prefix: str = "") -> list[str]:
        """Return the keys with a prefix, in order."""
        listed = self.s3.list_objects_v2(Bucket=self.name, Prefix=prefix)
        return [found["Key"] for found in listed.get("Contents", ())]

    def read(self, key: str) -> bytes:
        body: bytes = self.s3.get_object(Bucket=self.name, Key=key)["Body"].read()
        return body

    def write(self, key: str, content: bytes) -> None:
        self.s3.put_object(Bucket=self.name, Key=key, Body=content)

    def delete(self, key: str) -> None:
        self.s3.delete_object(Bucket=self.name, Key=key)


@contextmanager
def exchange_bucket() -> Iterator[ExchangeBucket]:
    """Yield an empty bucket, and delete it at the end."""
    with a_bucket() as name:
        yield ExchangeBucket(name, client("s3", SEAWEEDFS))
