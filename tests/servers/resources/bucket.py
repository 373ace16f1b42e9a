"""Temporary buckets in SeaweedFS, which has space for only a few dozen at a time."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from tests.servers.processes.clients import client
from tests.servers.processes.seaweedfs import SEAWEEDFS


@contextmanager
def a_bucket() -> Iterator[str]:
    """Create an empty bucket and yield its name. Delete it with its content at the end."""
    s3 = client("s3", SEAWEEDFS)
    name = f"images-{uuid.uuid4().hex}"
    s3.create_bucket(Bucket=name)
    try:
        yield name
    finally:
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=name):
            for found in page.get("Contents", ()):
                s3.delete_object(Bucket=name, Key=found["Key"])
        s3.delete_bucket(Bucket=name)
