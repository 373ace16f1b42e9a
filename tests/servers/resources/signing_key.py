"""KMS keys in ministack."""

from __future__ import annotations

from tests.servers.processes.clients import client
from tests.servers.processes.ministack import MINISTACK
from tests.servers.processes.server import REGION


def a_signing_key(region: str = REGION) -> str:
    """Create a key with the properties of the deployed one, and return its ARN."""
    created = client("kms", MINISTACK, region=region).create_key(
        KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY"
    )
    arn: str = created["KeyMetadata"]["Arn"]
    return arn
