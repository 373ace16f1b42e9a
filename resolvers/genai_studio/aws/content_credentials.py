"""The signing key of a studio in AWS: a key in KMS, with its certificates in the image bucket.

The private key never leaves KMS. The certificates are public. The first function that
signs creates them; concurrent ones agree on the certificates that were stored first.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from genai_studio.aws.blocking import error_code
from genai_studio.content_credentials.certificates import Certificates
from genai_studio.domain.errors import StudioUnavailable

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient
    from mypy_boto3_s3 import S3Client

PREFIX = "content-credentials/"
"""No image has this prefix: image keys start with the owner, a UUID."""

_CONTENT_TYPE = "application/x-pem-file"
_ABSENT = ("NoSuchKey", "AccessDenied")
"""S3 denies access to a missing object if the role may not list the bucket."""

T = TypeVar("T")


class StoredCertificates:
    """The certificates of one signing key, as an object of the image bucket.

    Args:
        key: ID or ARN of the signing key. Another key has another object.
    """

    def __init__(self, s3: S3Client, bucket: str, key: str) -> None:
        self._s3 = s3
        self._bucket = bucket
        self._name = f"{PREFIX}{key.rpartition('/')[2]}.pem"

    def read(self) -> Certificates | None:
        """Return the certificates, or None if no image was signed yet.

        Raises:
            StudioUnavailable: S3 is unavailable.
        """

        def get() -> bytes | None:
            try:
                found = self._s3.get_object(Bucket=self._bucket, Key=self._name)
            except ClientError as error:
                if error_code(error) in _ABSENT:
                    return None
                raise
            with found["Body"] as body:
                return body.read()

        pem = _call("S3", get)
        return None if pem is None else Certificates.split(pem.decode("ascii"))

    def create(self, certificates: Certificates) -> None:
        """Store the certificates, unless some are stored already.

        Raises:
            StudioUnavailable: S3 is unavailable.
        """

        def put() -> None:
            try:
                self._s3.put_object(
                    Bucket=self._bucket,
                    Key=self._name,
                    Body=certificates.pem.encode("ascii"),
                    ContentType=_CONTENT_TYPE,
                    ServerSideEncryption="AES256",
                    IfNoneMatch="*",
                )
            except ClientError as error:
                if error_code(error) not in ("PreconditionFailed", "ConditionalRequestConflict"):
                    raise

        _call("S3", put)

    def anchor(self) -> str:
        """Return the studio's trust anchor, PEM. Empty if no image was signed yet."""
        found = self.read()
        return "" if found is None else found.anchor


class KmsSigningKey:
    """A KMS key (`content_credentials.signing_key.SigningKey`): ECC_NIST_P256, SIGN_VERIFY."""

    def __init__(self, kms: KMSClient, key: str, stored: StoredCertificates) -> None:
        self._kms = kms
        self._key = key
        self._stored = stored

    def certificates(self) -> Certificates:
        """See `SigningKey.certificates`."""
        return self._certificates

    def sign(self, data: bytes) -> bytes:
        """See `SigningKey.sign`."""
        digest = hashlib.sha256(data).digest()
        response = _call(
            "KMS",
            lambda: self._kms.sign(
                KeyId=self._key,
                Message=digest,
                MessageType="DIGEST",  # KMS accepts longer messages only as digests
                SigningAlgorithm="ECDSA_SHA_256",
            ),
        )
        return response["Signature"]

    @cached_property
    def _certificates(self) -> Certificates:
        found = self._stored.read()
        if found is None:
            self._create()
            found = self._stored.read()
        if found is None:
            raise StudioUnavailable("The certificates of the signing key could not be stored.")
        return found

    def _create(self) -> None:
        from cryptography.hazmat.primitives.asymmetric import ec
        from cryptography.hazmat.primitives.serialization import load_der_public_key

        from genai_studio.content_credentials.create_certificates import create_certificates

        response = _call("KMS", lambda: self._kms.get_public_key(KeyId=self._key))
        public_key = load_der_public_key(response["PublicKey"])
        if not isinstance(public_key, ec.EllipticCurvePublicKey):
            raise StudioUnavailable(
                "The signing key must be a KMS key with the spec ECC_NIST_P256."
            )
        self._stored.create(create_certificates(public_key))


def _call(service: str, call: Callable[[], T]) -> T:
    """Call a service, and reduce its errors to their code: a message may quote the request."""
    try:
        return call()
    except ClientError as error:
        raise StudioUnavailable(f"{service} is unavailable: {error_code(error)}.") from None
    except BotoCoreError as error:
        raise StudioUnavailable(f"{service} is unavailable: {type(error).__name__}.") from None
