"""What the signature of an edited image says about its source."""

from __future__ import annotations

from typing import Any

import c2pa
import pytest

from genai_studio.content_credentials.signer import C2paSigner
from genai_studio.content_credentials.verifier import C2paVerifier
from genai_studio.domain.editing.edit import EditInput
from genai_studio.domain.editing.operation import Operation
from genai_studio.imaging.encode_image import encode_image
from genai_studio.ports import (
    CredentialClaim,
    CredentialReport,
    CredentialStatus,
    KeptInputs,
    OriginalFile,
)
from tests.builders import a_generation, a_request, an_edit
from tests.unit.content_credentials.keys import MemoryKey
from tests.unit.imaging.pngs import a_gradient, an_endpoint_image, encoded

STUDIO = MemoryKey()
PARENT = "019e0000-0000-7000-8000-000000000001"
SIGNED_SOURCE = C2paSigner(STUDIO).sign(encoded(a_gradient(), "PNG"), CredentialClaim("source.png"))


def edited(kept: KeptInputs, operation: Operation, **source: Any) -> bytes:
    edit = an_edit(source=EditInput(key="source", width=64, height=48, **source))
    request = a_request(width=64, height=48, operation=operation, edit=edit)
    signer = C2paSigner(STUDIO)
    return encode_image(
        an_endpoint_image(), a_generation(request=request), 0, kept, signer=signer
    ).png


def report(data: bytes) -> CredentialReport:
    return C2paVerifier(lambda: STUDIO.certificates().anchor).verify(data)


def actions(data: bytes, tmp_path: Any) -> list[tuple[str, str]]:
    file = tmp_path / "edit.png"
    file.write_bytes(data)
    with c2pa.Reader(file) as reader:
        manifest = reader.get_active_manifest()
    [found] = [one for one in manifest["assertions"] if "c2pa.actions" in one["label"]]
    return [
        (one["action"], one.get("digitalSourceType", "").rpartition("/")[2])
        for one in found["data"]["actions"]
    ]


@pytest.mark.parametrize(
    ("operation", "action", "source_type"),
    [
        (Operation.IMAGE_TO_IMAGE, "c2pa.edited", "trainedAlgorithmicMedia"),
        (Operation.UPSCALE, "c2pa.resized", "trainedAlgorithmicMedia"),
    ],
)
def test_an_edit_of_an_image_of_the_studio_lists_it_as_parent(
    operation: Operation, action: str, source_type: str, tmp_path: Any
) -> None:
    data = edited(KeptInputs(SIGNED_SOURCE), operation, image_id=f"{PARENT}/1")

    found = report(data)

    assert found.status is CredentialStatus.TRUSTED
    [parent] = found.ingredients
    assert parent.title == f"genai-studio-{PARENT}-1.png"
    assert parent.relationship == "parentOf"
    assert parent.status is CredentialStatus.TRUSTED
    assert actions(data, tmp_path) == [("c2pa.opened", ""), (action, source_type)]


def test_a_signed_upload_is_kept_with_its_own_credentials() -> None:
    stranger = C2paSigner(MemoryKey()).sign(encoded(a_gradient(), "PNG"), CredentialClaim("x.png"))
    kept = KeptInputs(encoded(a_gradient(), "PNG"), original=OriginalFile(stranger, "image/png"))

    found = report(edited(kept, Operation.IMAGE_TO_IMAGE, upload_id="an-upload"))

    assert found.status is CredentialStatus.TRUSTED
    [parent] = found.ingredients
    assert (parent.title, parent.status) == ("upload", CredentialStatus.VALID)
    assert parent.signer == "genai-studio image signer"


def test_an_unsigned_upload_is_a_parent_without_credentials() -> None:
    kept = KeptInputs(encoded(a_gradient(), "PNG"))

    [parent] = report(edited(kept, Operation.IMAGE_TO_IMAGE, upload_id="an-upload")).ingredients

    assert (parent.title, parent.status, parent.signer) == (
        "upload",
        CredentialStatus.ABSENT,
        None,
    )
