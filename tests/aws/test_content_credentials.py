"""Signing with a KMS key, whose certificates are in the bucket."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from genai_studio.aws.content_credentials import KmsSigningKey, StoredCertificates
from genai_studio.content_credentials.signer import C2paSigner
from genai_studio.content_credentials.verifier import C2paVerifier
from genai_studio.domain.errors import StudioUnavailable
from genai_studio.ports import CredentialClaim, CredentialStatus
from tests.servers.processes.clients import client
from tests.servers.processes.ministack import MINISTACK
from tests.servers.processes.seaweedfs import SEAWEEDFS
from tests.servers.resources.bucket import a_bucket
from tests.servers.resources.signing_key import a_signing_key
from tests.unit.imaging.pngs import a_gradient, encoded

CLAIM = CredentialClaim("apple.png")
PNG = encoded(a_gradient(), "PNG")


@pytest.fixture(scope="module")
def bucket() -> Iterator[str]:
    with a_bucket() as name:
        yield name


def stored(bucket: str, key: str) -> StoredCertificates:
    return StoredCertificates(client("s3", SEAWEEDFS), bucket, key)


def signing_key(bucket: str, key: str) -> KmsSigningKey:
    return KmsSigningKey(client("kms", MINISTACK), key, stored(bucket, key))


def test_an_image_signed_by_kms_is_trusted(bucket: str) -> None:
    key = a_signing_key()
    verifier = C2paVerifier(stored(bucket, key).anchor)
    assert stored(bucket, key).anchor() == ""

    data = C2paSigner(signing_key(bucket, key)).sign(PNG, CLAIM)

    assert verifier.verify(data).status is CredentialStatus.TRUSTED
    flipped = data[:-30] + bytes([data[-30] ^ 1]) + data[-29:]
    assert verifier.verify(flipped).status is CredentialStatus.INVALID


def test_a_verifier_asks_again_until_there_is_an_anchor(bucket: str) -> None:
    key = a_signing_key()
    verifier = C2paVerifier(stored(bucket, key).anchor)
    elsewhere = C2paSigner(signing_key(bucket, a_signing_key())).sign(PNG, CLAIM)
    assert verifier.verify(elsewhere).status is CredentialStatus.VALID

    data = C2paSigner(signing_key(bucket, key)).sign(PNG, CLAIM)

    assert verifier.verify(data).status is CredentialStatus.TRUSTED
    assert verifier.verify(elsewhere).status is CredentialStatus.VALID


def test_concurrent_functions_agree_on_the_certificates(bucket: str) -> None:
    key = a_signing_key()
    with ThreadPoolExecutor(6) as threads:
        found = list(threads.map(lambda _: signing_key(bucket, key).certificates(), range(6)))

    assert len(set(found)) == 1
    assert stored(bucket, key).anchor() == found[0].anchor


def test_a_key_of_another_kind_is_refused(bucket: str) -> None:
    created = client("kms", MINISTACK).create_key(KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY")
    key = created["KeyMetadata"]["Arn"]

    with pytest.raises(StudioUnavailable, match="ECC_NIST_P256"):
        signing_key(bucket, key).certificates()


class Refusing:
    """A KMS client whose calls fail."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def sign(self, **_: Any) -> Any:
        raise self._error


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (
            ClientError(
                {"Error": {"Code": "AccessDeniedException", "Message": "a secret"}}, "Sign"
            ),
            "KMS is unavailable: AccessDeniedException.",
        ),
        (
            EndpointConnectionError(endpoint_url="https://kms.example"),
            "KMS is unavailable: EndpointConnectionError.",
        ),
    ],
    ids=["refused", "unreachable"],
)
def test_errors_of_kms_are_reduced_to_their_code(
    bucket: str, error: Exception, message: str
) -> None:
    key = a_signing_key()
    certificates = stored(bucket, key)
    signing_key(bucket, key).certificates()
    refusing: Any = Refusing(error)

    with pytest.raises(StudioUnavailable) as failed:
        C2paSigner(KmsSigningKey(refusing, key, certificates)).sign(PNG, CLAIM)

    assert str(failed.value) == f"The image could not be signed: {message}"
