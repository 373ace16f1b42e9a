"""Buckets in SeaweedFS, given back: it has room for some dozens at a time."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from tests.servers.processes.clients import client
from tests.servers.processes.seaweedfs import SEAWEEDFS


@contextmanager
def a_bucket() -> Iterator[str]:
    """The name of an empty bucket, deleted in the end with all that lies in it."""
    s3 = client("s3", SEAWEEDFS)
    name = f"pictures-{uuid.uuid4().hex}"
    s3.create_bucket(Bucket=name)
    try:
        yield name
    finally:
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=name):
            for found in page.get("Contents", ()):
                s3.delete_object(Bucket=name, Key=found["Key"])
        s3.delete_bucket(Bucket=name)
