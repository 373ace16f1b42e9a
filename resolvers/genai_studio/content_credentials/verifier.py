"""Validate the Content Credentials of files (`ports.CredentialVerifier`)."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from genai_studio.ports import (
    ABSENT,
    CredentialIngredient,
    CredentialReport,
    CredentialStatus,
)

UNREADABLE = "manifest.unreadable"
"""Problem code of a manifest that cannot be parsed. C2PA defines none."""

_STATUSES = {
    "Trusted": CredentialStatus.TRUSTED,
    "Valid": CredentialStatus.VALID,
    "Invalid": CredentialStatus.INVALID,
}
_UNTRUSTED = "signingCredential.untrusted"


class C2paVerifier:
    """Validates files. Thread-safe. Loads the library and the anchors on first use.

    Args:
        anchors: Returns the trusted certificate authorities, PEM. Empty: none yet.
    """

    def __init__(self, anchors: Callable[[], str]) -> None:
        self._anchors = anchors
        self._lock = threading.Lock()
        self._trusting: tuple[Any, Any] | None = None

    def verify(self, data: bytes) -> CredentialReport:
        """See `CredentialVerifier.verify`."""
        library, context = self._prepared()
        try:
            reader = library.Reader.try_create(None, io.BytesIO(data), context=context)
            if reader is None:
                return ABSENT
            with reader:
                return _report(json.loads(reader.json()))
        except library.C2paError:
            return _unreadable(data)

    def _prepared(self) -> tuple[Any, Any]:
        with self._lock:
            if self._trusting is not None:
                return self._trusting
            from genai_studio.content_credentials.library import load_c2pa, settings

            library, anchors = load_c2pa(), self._anchors()
            context = library.Context(library.Settings.from_dict(settings(anchors)))
            if anchors:
                self._trusting = library, context
            return library, context


def _unreadable(data: bytes) -> CredentialReport:
    """Report a file that the library cannot read: no image, or one with a damaged manifest."""
    if b"jumb" in data and b"c2pa" in data:
        return CredentialReport(CredentialStatus.INVALID, problems=(UNREADABLE,))
    return ABSENT


def _report(store: Mapping[str, Any]) -> CredentialReport:
    manifests = store.get("manifests", {})
    active = manifests.get(store.get("active_manifest"), {})
    signature = active.get("signature_info", {})
    status = _STATUSES.get(store.get("validation_state", ""), CredentialStatus.INVALID)
    problems = _failures(store.get("validation_results", {}))
    return CredentialReport(
        status=status,
        signer=signature.get("common_name"),
        organization=signature.get("issuer"),
        software=_software(active),
        ingredients=tuple(_ingredient(one, manifests) for one in active.get("ingredients", ())),
        problems=tuple(dict.fromkeys(problems)),
    )


def _ingredient(
    ingredient: Mapping[str, Any], manifests: Mapping[str, Any]
) -> CredentialIngredient:
    label = ingredient.get("active_manifest")
    status, signer = CredentialStatus.ABSENT, None
    if label is not None:
        status = _ingredient_status(ingredient.get("validation_results", {}))
        signer = manifests.get(label, {}).get("signature_info", {}).get("common_name")
    return CredentialIngredient(
        title=str(ingredient.get("title", "")),
        relationship=str(ingredient.get("relationship", "")),
        status=status,
        signer=signer,
    )


def _ingredient_status(results: Mapping[str, Any]) -> CredentialStatus:
    failures = set(_failures(results))
    if failures - {_UNTRUSTED}:
        return CredentialStatus.INVALID
    codes = {one["code"] for one in results.get("activeManifest", {}).get("success", ())}
    trusted = "signingCredential.trusted" in codes
    return CredentialStatus.TRUSTED if trusted else CredentialStatus.VALID


def _failures(results: Mapping[str, Any]) -> Iterator[str]:
    for one in results.get("activeManifest", {}).get("failure", ()):
        yield str(one["code"])
    for delta in results.get("ingredientDeltas", ()):
        for one in delta.get("validationDeltas", {}).get("failure", ()):
            yield str(one["code"])


def _software(manifest: Mapping[str, Any]) -> str | None:
    for one in manifest.get("claim_generator_info") or ():
        return " ".join(str(one[key]) for key in ("name", "version") if one.get(key))
    return None
