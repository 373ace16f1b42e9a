"""Signed images, judged by C2PA's own validator."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import c2pa
import pytest
from PIL import Image

from genai_studio.content_credentials.png_manifest import CHUNK, without_manifest
from genai_studio.content_credentials.signer import C2paSigner
from genai_studio.content_credentials.verifier import UNREADABLE, C2paVerifier
from genai_studio.cost.usage import SIGNATURES_PER_IMAGE
from genai_studio.domain.errors import StudioUnavailable
from genai_studio.imaging.encode_image import encode_image
from genai_studio.ports import (
    CredentialClaim,
    CredentialIngredient,
    CredentialReport,
    CredentialStatus,
    ParentImage,
)
from tests.builders import a_generation
from tests.unit.content_credentials.keys import MemoryKey
from tests.unit.imaging.pngs import a_gradient, an_endpoint_image, chunks, encoded, texts

STUDIO, STRANGER = MemoryKey(), MemoryKey()
CREATED = CredentialClaim("apple.png")
SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"


def png() -> bytes:
    return encoded(a_gradient(), "PNG")


def signed(key: MemoryKey = STUDIO) -> bytes:
    return C2paSigner(key).sign(png(), CREATED)


def edited(parent: bytes, content_type: str = "image/png") -> bytes:
    source = ParentImage(parent, content_type, "parent.png")
    claim = CredentialClaim(
        "edit.png", "c2pa.edited", "compositeWithTrainedAlgorithmicMedia", source
    )
    return C2paSigner(STUDIO).sign(encoded(a_gradient(32, 32), "PNG"), claim)


def verified(data: bytes) -> CredentialReport:
    return C2paVerifier(lambda: STUDIO.certificates().anchor).verify(data)


def validated(data: bytes, anchor: str = "") -> dict[str, Any]:
    """Return what C2PA's validator says, without the code under test."""
    trust = {"trust": {"user_anchors": anchor}} if anchor else {}
    context = c2pa.Context(c2pa.Settings.from_dict(trust))
    with c2pa.Reader("image/png", io.BytesIO(data), context=context) as reader:
        found: dict[str, Any] = json.loads(reader.json())
    return found


def actions(store: dict[str, Any]) -> list[dict[str, Any]]:
    manifest = store["manifests"][store["active_manifest"]]
    [assertion] = [one for one in manifest["assertions"] if "c2pa.actions" in one["label"]]
    found: list[dict[str, Any]] = assertion["data"]["actions"]
    return found


def test_validator_trusts_a_signed_image_with_the_anchor_only() -> None:
    data = signed()

    assert validated(data, STUDIO.certificates().anchor)["validation_state"] == "Trusted"
    assert validated(data, STRANGER.certificates().anchor)["validation_state"] == "Valid"
    assert validated(data)["validation_state"] == "Valid"


def test_a_generated_image_declares_its_source_type_and_software() -> None:
    [created] = actions(validated(signed()))

    assert created["action"] == "c2pa.created"
    assert created["digitalSourceType"] == SOURCE_TYPE
    assert created["softwareAgent"]["name"] == "genai-studio"


@pytest.mark.parametrize("position", [0.3, 0.5, 0.7, 0.95])
def test_one_flipped_bit_invalidates_an_image(position: float) -> None:
    data = bytearray(signed())
    begin = data.index(b"IDAT")
    data[begin + int((len(data) - begin) * position)] ^= 1

    report = verified(bytes(data))

    assert report.status is CredentialStatus.INVALID
    assert report.problems == ("assertion.dataHash.mismatch",)
    anchor = STUDIO.certificates().anchor
    assert validated(bytes(data), anchor)["validation_state"] == "Invalid"


def test_a_text_chunk_that_is_added_later_invalidates_an_image() -> None:
    plain, data = png(), signed()
    text = b"\0\0\0\5tEXta\0bcd\x2c\x98\xa6\x3d"
    end = data.index(b"IEND") - 4

    assert verified(data[:end] + text + data[end:]).status is CredentialStatus.INVALID
    assert verified(plain[:-12] + text + plain[-12:]).status is CredentialStatus.ABSENT


def test_no_flipped_bit_of_the_manifest_changes_a_trusted_statement() -> None:
    """Headers of boxes and padding are unprotected, but they state nothing."""
    data = signed()
    expected = verified(data)
    begin, end = data.index(CHUNK) + 4, data.index(b"IDAT") - 8
    statuses = set()
    for offset in range(begin, end, 47):
        changed = bytearray(data)
        changed[offset] ^= 4
        report = verified(bytes(changed))

        assert report == expected or report.status is not CredentialStatus.TRUSTED, offset - begin
        statuses.add(report.status)
    assert CredentialStatus.INVALID in statuses


def test_the_report_names_signer_and_software() -> None:
    report = verified(signed())

    assert report.status is CredentialStatus.TRUSTED
    assert report.signer == "genai-studio image signer"
    assert report.organization == "genai-studio"
    assert report.software is not None
    assert report.software.startswith("genai-studio")
    assert (report.ingredients, report.problems) == ((), ())


def test_an_image_of_another_signer_is_valid() -> None:
    report = verified(signed(STRANGER))

    assert report.status is CredentialStatus.VALID
    assert report.problems == ("signingCredential.untrusted",)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no image",
        png(),
        png()[:50],
        encoded(a_gradient(), "JPEG"),
        encoded(a_gradient(), "WEBP"),
    ],
    ids=["empty", "text", "png", "truncated", "jpeg", "webp"],
)
def test_credentials_of_unsigned_files_are_absent(data: bytes) -> None:
    assert verified(data) == CredentialReport(CredentialStatus.ABSENT)


def test_a_truncated_signed_image_is_invalid() -> None:
    data = signed()

    assert verified(data[: len(data) - 40]).status is CredentialStatus.INVALID
    report = verified(data[: data.index(CHUNK) + 400])
    assert (report.status, report.problems) == (CredentialStatus.INVALID, (UNREADABLE,))


def test_an_edit_lists_its_parent_with_the_parents_credentials() -> None:
    data = edited(signed())

    assert verified(data).status is CredentialStatus.TRUSTED
    assert verified(data).ingredients == (
        CredentialIngredient(
            "parent.png", "parentOf", CredentialStatus.TRUSTED, "genai-studio image signer"
        ),
    )
    store = validated(data, STUDIO.certificates().anchor)
    assert store["validation_state"] == "Trusted"
    assert [one["action"] for one in actions(store)] == ["c2pa.opened", "c2pa.edited"]
    assert len(store["manifests"]) == 2


@pytest.mark.parametrize(
    ("parent", "content_type", "status", "signer"),
    [
        (signed(STRANGER), "image/png", CredentialStatus.VALID, "genai-studio image signer"),
        (png(), "image/png", CredentialStatus.ABSENT, None),
        (encoded(a_gradient(), "JPEG"), "image/jpeg", CredentialStatus.ABSENT, None),
        (encoded(a_gradient(), "WEBP"), "image/webp", CredentialStatus.ABSENT, None),
    ],
    ids=["another signer", "unsigned png", "jpeg", "webp"],
)
def test_any_image_can_be_a_parent(
    parent: bytes, content_type: str, status: CredentialStatus, signer: str | None
) -> None:
    report = verified(edited(parent, content_type))

    assert report.status is CredentialStatus.TRUSTED
    assert [(one.status, one.signer) for one in report.ingredients] == [(status, signer)]


def test_a_parent_that_was_changed_is_listed_as_invalid() -> None:
    parent = bytearray(signed())
    parent[-30] ^= 1

    report = verified(edited(bytes(parent)))

    assert report.status is CredentialStatus.TRUSTED
    assert [one.status for one in report.ingredients] == [CredentialStatus.INVALID]


def test_a_manifest_of_a_parent_that_cannot_be_read_is_left_out() -> None:
    parent = signed().replace(b"jumd", b"none", 1)
    assert verified(parent).problems == (UNREADABLE,)

    report = verified(edited(parent))

    assert report.status is CredentialStatus.TRUSTED
    assert [one.status for one in report.ingredients] == [CredentialStatus.ABSENT]


def test_signing_changes_no_pixel_and_no_text() -> None:
    generation = a_generation()
    plain = encode_image(an_endpoint_image(), generation, 0)
    data = encode_image(an_endpoint_image(), generation, 0, signer=C2paSigner(STUDIO))

    assert without_manifest(data.png) == plain.png
    assert texts(data.png) == texts(plain.png)
    assert verified(data.png).status is CredentialStatus.TRUSTED
    assert [kind for kind, _ in chunks(data.png)].count("caBX") == 1
    assert Image.open(io.BytesIO(data.png)).tobytes() == a_gradient().tobytes()


def test_a_manifest_contains_no_prompt_and_no_user() -> None:
    generation = a_generation(prompt="a purple zebra")
    data = encode_image(an_endpoint_image(), generation, 0, signer=C2paSigner(STUDIO)).png
    [manifest] = [content for kind, content in chunks(data) if kind == "caBX"]

    assert b"zebra" not in manifest
    assert generation.owner.encode() not in manifest
    assert f"genai-studio-{generation.id}-0.png".encode() in manifest


def test_one_signer_signs_in_many_threads() -> None:
    signer = C2paSigner(STUDIO)
    with ThreadPoolExecutor(8) as threads:
        images = list(threads.map(lambda _: signer.sign(png(), CREATED), range(24)))

    assert {verified(image).status for image in images} == {CredentialStatus.TRUSTED}


def test_an_image_takes_as_many_signatures_of_the_key_as_the_bill_assumes() -> None:
    class Counting(MemoryKey):
        signatures = 0

        def sign(self, data: bytes) -> bytes:
            self.signatures += 1
            return super().sign(data)

    key = Counting()

    C2paSigner(key).sign(png(), CREATED)

    assert key.signatures == SIGNATURES_PER_IMAGE


def test_the_error_of_a_key_is_reported() -> None:
    class Unreachable(MemoryKey):
        def sign(self, data: bytes) -> bytes:
            raise StudioUnavailable("KMS is unavailable: AccessDenied.")

    with pytest.raises(StudioUnavailable, match=r"could not be signed: KMS is unavailable: Acc"):
        C2paSigner(Unreachable()).sign(png(), CREATED)


def test_a_signature_of_another_key_is_refused() -> None:
    class Mixed(MemoryKey):
        def sign(self, data: bytes) -> bytes:
            return STRANGER.sign(data)

    with pytest.raises(StudioUnavailable, match="could not be signed"):
        C2paSigner(Mixed()).sign(png(), CREATED)


def test_a_library_in_the_working_directory_is_not_loaded(tmp_path: Path) -> None:
    for name in ("libc2pa_c.so", "libc2pa_c.dylib", "c2pa_c.dll"):
        (tmp_path / name).write_bytes(b"a foreign library")
    program = "from genai_studio.content_credentials.library import load_c2pa; load_c2pa()"
    loaded = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        cwd=tmp_path,
        env={"PYTHONPATH": str(Path(__file__).parents[3] / "resolvers")},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (loaded.returncode, loaded.stderr) == (0, "")
