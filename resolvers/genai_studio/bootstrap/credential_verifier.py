"""Create the verifier of Content Credentials for the command line."""

from __future__ import annotations

from pathlib import Path

from genai_studio.content_credentials.verifier import C2paVerifier
from genai_studio.domain.errors import StudioUnavailable
from genai_studio.local.content_credentials import DIRECTORY, KEY_FILE, LocalSigningKey
from genai_studio.ports import CredentialVerifier
from genai_studio.settings import Settings


def credential_verifier(settings: Settings, anchors: Path | None) -> CredentialVerifier:
    """Create a verifier that trusts the local studio and further authorities.

    Args:
        anchors: PEM file with certificates of further trusted authorities.

    Raises:
        StudioUnavailable: The studio's key file is damaged, or `anchors` contains no certificate.
        OSError: `anchors` cannot be read.
    """
    trusted = "" if anchors is None else _certificates(anchors)
    if (settings.data_dir / DIRECTORY / KEY_FILE).exists():
        trusted += LocalSigningKey.open(settings.data_dir).certificates().anchor
    return C2paVerifier(lambda: trusted)


def _certificates(path: Path) -> str:
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    try:
        found = x509.load_pem_x509_certificates(path.read_bytes())
    except ValueError as error:
        raise StudioUnavailable(
            f"{path} contains no valid certificate. It must be a PEM file of certificates."
        ) from error
    return "".join(one.public_bytes(Encoding.PEM).decode("ascii") for one in found)
