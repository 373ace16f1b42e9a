"""SeaweedFS as S3. It verifies signatures, expiry, conditions and checksums."""

from __future__ import annotations

import json
from pathlib import Path

from tests.servers.processes.server import (
    ACCESS_KEY,
    SECRET_KEY,
    Launch,
    Server,
    free_ports,
    installed,
)

REGIONS = ("us-east-1", "eu-central-1", "ap-southeast-2")
"""Regions whose host names `BUCKET.s3.REGION.amazonaws.com` the server accepts."""

_DOMAINS = [f"s3.{region}.amazonaws.com" for region in REGIONS] + ["s3.amazonaws.com"]

# Each component listens on two ports. The default ports may be in use.
_PARTS = ("master", "volume", "filer", "s3", "admin")


def _launch(directory: Path) -> Launch:
    ports = iter(free_ports(2 * len(_PARTS)))
    by_part = {part: (next(ports), next(ports)) for part in _PARTS}
    identities = directory / "identities.json"
    identity = {
        "name": "tests",
        "credentials": [{"accessKey": ACCESS_KEY, "secretKey": SECRET_KEY}],
        "actions": ["Admin", "Read", "Write", "List", "Tagging"],
    }
    identities.write_text(json.dumps({"identities": [identity]}), "utf-8")
    command = [
        installed("bin", "weed"),
        "mini",
        f"-dir={directory}",
        "-ip=127.0.0.1",
        "-ip.bind=127.0.0.1",
        f"-s3.config={identities}",
        f"-s3.domainName={','.join(_DOMAINS)}",
        "-admin.ui=false",
        "-webdav=false",
        "-master.telemetry=false",
        "-s3.port.iceberg=0",
        "-s3.port.lance=0",
    ]
    for part, (http, grpc) in by_part.items():
        command += [f"-{part}.port={http}", f"-{part}.port.grpc={grpc}"]
    return Launch(command, f"http://127.0.0.1:{by_part['s3'][0]}")


SEAWEEDFS = Server("seaweedfs", _launch)
