"""Sign images with Content Credentials (`ports.CredentialSigner`)."""

from __future__ import annotations

import io
import threading
from functools import cached_property
from typing import Any

from genai_studio.content_credentials.png_manifest import without_manifest
from genai_studio.content_credentials.signing_key import SigningKey
from genai_studio.domain.errors import StudioUnavailable
from genai_studio.imaging.software import NAME, VERSION
from genai_studio.ports import CredentialClaim, ParentImage

_SOURCE_TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"
_COORDINATE_BYTES = 32


class C2paSigner:
    """Signs with one key. Thread-safe. Loads the library and the key on first use."""

    def __init__(self, key: SigningKey) -> None:
        self._key = key
        self._lock = threading.Lock()
        self._failures = threading.local()

    def sign(self, png: bytes, claim: CredentialClaim) -> bytes:
        """See `CredentialSigner.sign`."""
        with self._lock:  # `cached_property` takes no lock
            library, context = self._prepared
        self._failures.error = None
        target = io.BytesIO()
        try:
            builder = library.Builder(_definition(claim), context)
            with builder:
                if claim.parent is not None:
                    builder.set_intent(library.C2paBuilderIntent.EDIT)
                    _add_parent(library, builder, claim.parent)
                builder.add_action(_action(claim))
                builder.sign("image/png", io.BytesIO(png), target)
        except library.C2paError as error:
            cause = self._failures.error or error
            raise StudioUnavailable(f"The image could not be signed: {cause}") from error
        return target.getvalue()

    @cached_property
    def _prepared(self) -> tuple[Any, Any]:
        from genai_studio.content_credentials.library import load_c2pa, settings

        library = load_c2pa()
        certificates = self._key.certificates()
        signer = library.Signer.from_callback(
            self._signature, library.C2paSigningAlg.ES256, certificates.signer
        )
        configured = library.Settings.from_dict(settings(certificates.anchor))
        return library, library.Context(configured, signer)

    def _signature(self, data: bytes) -> bytes:
        """Sign for the library, which replaces exceptions by a message of its own."""
        try:
            return _raw(self._key.sign(data))
        except Exception as error:
            self._failures.error = error
            raise


def _definition(claim: CredentialClaim) -> dict[str, object]:
    return {"claim_generator_info": [_software()], "title": claim.title, "format": "image/png"}


def _action(claim: CredentialClaim) -> dict[str, object]:
    return {
        "action": claim.action,
        "digitalSourceType": _SOURCE_TYPES + claim.source_type,
        "softwareAgent": _software(),
    }


def _software() -> dict[str, str]:
    return {"name": NAME, "version": VERSION} if VERSION else {"name": NAME}


def _add_parent(library: Any, builder: Any, parent: ParentImage) -> None:  # noqa: ANN401 - c2pa-python declares no types
    """Add the parent with its manifest. A manifest that cannot be parsed is left out."""
    ingredient = {"title": parent.title, "relationship": "parentOf"}
    try:
        builder.add_ingredient(ingredient, parent.content_type, io.BytesIO(parent.data))
    except library.C2paError:
        bare = without_manifest(parent.data)
        builder.add_ingredient(ingredient, parent.content_type, io.BytesIO(bare))


def _raw(der: bytes) -> bytes:
    """Convert an ECDSA signature from DER to the form that COSE requires (RFC 9053)."""
    from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

    return b"".join(part.to_bytes(_COORDINATE_BYTES, "big") for part in decode_dss_signature(der))
