"""Create the certificates of a studio: a certificate authority with a single certificate.

The private key of the authority exists only while this module runs. It signs one
certificate, for the studio's signing key, and is then discarded. So there is no second
key to protect, and nobody can issue another certificate that verifiers of this studio
would trust. A new signing key gets a new authority.
"""

from __future__ import annotations

from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from genai_studio.content_credentials.certificates import Certificates

ORGANIZATION = "genai-studio"
SIGNER = "genai-studio image signer"
AUTHORITY = "genai-studio certificate authority"

_FROM = datetime(2025, 1, 1, tzinfo=UTC)
_UNTIL = datetime(2075, 1, 1, tzinfo=UTC)
"""Fixed, because signatures have no trusted timestamp: an image must stay valid as long as
it is kept, and a wrong clock of the machine must not stop the studio."""

_CLAIM_SIGNING = x509.ObjectIdentifier("1.3.6.1.4.1.62558.2.1")
"""C2PA's own purpose. Validators accept `emailProtection` without further configuration."""


class InvalidCertificates(Exception):
    """The text does not contain the two certificates of a studio."""


def create_certificates(public_key: ec.EllipticCurvePublicKey) -> Certificates:
    """Create the certificate of a signing key, and its authority."""
    authority_key = ec.generate_private_key(ec.SECP256R1())
    authority_name = _name(AUTHORITY)
    authority = (
        _certificate(authority_name, authority_name, authority_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(signs_certificates=True), critical=True)
        .sign(authority_key, SHA256())
    )
    purposes = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION, _CLAIM_SIGNING])
    signer = (
        _certificate(_name(SIGNER), authority_name, public_key)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(signs_certificates=False), critical=True)
        .add_extension(purposes, critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()),
            critical=False,
        )
        .sign(authority_key, SHA256())
    )
    return Certificates(_pem(signer), _pem(authority))


def read_certificates(pem: bytes, public_key: ec.EllipticCurvePublicKey) -> Certificates:
    """Read the certificates of a signing key.

    Raises:
        InvalidCertificates: They are malformed, or belong to another key. The message is a
            clause such as “it has no certificate of the key”.
    """
    try:
        found = x509.load_pem_x509_certificates(pem)
        signer, authority = found
        signer.verify_directly_issued_by(authority)
    except Exception as error:  # cryptography raises many types for malformed certificates
        raise InvalidCertificates("it does not contain the two certificates") from error
    if signer.public_key() != public_key:
        raise InvalidCertificates("its certificate belongs to another key")
    return Certificates(_pem(signer), _pem(authority))


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(_FROM)
        .not_valid_after(_UNTIL)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, ORGANIZATION),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _key_usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(Encoding.PEM).decode("ascii")
