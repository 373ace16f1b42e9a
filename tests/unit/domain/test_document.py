"""Encoding and decoding of stored documents."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genai_studio.domain import document, state_machine
from genai_studio.domain.editing.edit import Edit, EditInput, Margins
from genai_studio.domain.editing.operation import Operation
from genai_studio.domain.failure import Failure, FailureCode
from genai_studio.domain.generation import Generation, Status, TimelineEntry, WaitingReason
from genai_studio.domain.image import Image
from genai_studio.domain.request import ImageRequest
from tests.builders import NOON, a_generation, a_request, succeeded

text = st.text(st.characters(codec="utf-8"), max_size=30)
times = st.datetimes(datetime(2000, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001 - hypothesis adds the zone
    lambda time: time.replace(microsecond=time.microsecond // 1000 * 1000)
)
numbers = st.integers(0, 2**53)
floats = st.floats(allow_nan=False, allow_infinity=False)

edit_inputs = st.builds(
    EditInput,
    key=text,
    image_id=st.none() | text,
    upload_id=st.none() | text,
    width=numbers,
    height=numbers,
)

GENERATIONS = st.builds(
    Generation,
    id=text,
    owner=text,
    version=numbers,
    status=st.sampled_from(Status),
    request=st.builds(
        ImageRequest,
        prompt=text,
        negative_prompt=text,
        model=text,
        width=numbers,
        height=numbers,
        steps=numbers,
        guidance_scale=floats,
        seed=numbers,
        count=numbers,
        style=st.none() | text,
        operation=st.sampled_from(Operation),
        edit=st.none()
        | st.builds(
            Edit,
            source=edit_inputs,
            mask=st.none() | edit_inputs,
            strength=floats,
            mask_feather=numbers,
            outpaint=st.none()
            | st.builds(Margins, left=numbers, right=numbers, top=numbers, bottom=numbers),
            upscale_factor=st.none() | numbers,
        ),
    ),
    client_request_id=text,
    parent_id=st.none() | text,
    images=st.lists(
        st.builds(
            Image,
            key=text,
            thumbnail_key=text,
            width=numbers,
            height=numbers,
            seed=numbers,
            content_type=text,
            bytes=numbers,
            sha256=text,
            placeholder=text,
            labeled_key=st.none() | text,
        ),
        max_size=2,
    ).map(tuple),
    failure=st.none() | st.builds(Failure, st.sampled_from(FailureCode), text, st.booleans()),
    waiting_reason=st.none() | st.sampled_from(WaitingReason),
    favorite=st.booleans(),
    created_at=times,
    started_at=st.none() | times,
    claimed_at=st.none() | times,
    finished_at=st.none() | times,
    trashed_at=st.none() | times,
    fence=numbers,
    failures=numbers,
    lease_expires_at=st.none() | times,
    not_before=st.none() | times,
    deadline_at=st.none() | times,
    quota_day=text,
    quota_held=numbers,
    estimated_cost=floats,
    timeline=st.lists(
        st.builds(TimelineEntry, times, text, text, st.none() | numbers), max_size=2
    ).map(tuple),
    boards=st.lists(text, max_size=3).map(tuple),
)


def test_decode_reads_a_request_from_before_image_editing() -> None:
    generation = a_generation()
    stored = json.loads(document.encode(generation))
    del stored["generation"]["request"]["operation"], stored["generation"]["request"]["edit"]

    assert document.decode(json.dumps(stored)) == generation


def test_decode_reads_a_record_from_before_boards() -> None:
    generation = a_generation()
    stored = json.loads(document.encode(generation))
    del stored["generation"]["boards"]

    assert document.decode(json.dumps(stored)) == generation


def test_decode_reads_an_image_from_before_visible_labels() -> None:
    generation = succeeded(a_generation())
    stored = json.loads(document.encode(generation))
    for image in stored["generation"]["images"]:
        del image["labeled_key"]

    assert document.decode(json.dumps(stored)) == generation


@given(GENERATIONS)
def test_decode_reverses_encode(generation: Generation) -> None:
    assert document.decode(document.encode(generation)) == generation


def test_decode_accepts_text() -> None:
    generation = succeeded(a_generation())

    assert document.decode(document.encode(generation).decode()) == generation


def test_the_stored_format_is_fixed() -> None:
    """Every later release reads this format.

    A new field needs a fallback in `decode` for documents without it. Any other
    change needs a new `schema` number and a decoder for this one.
    """
    generation = a_generation(
        request=a_request("红苹果", negative_prompt="blurry", style="ink"),
        id="01a20993-8632-7418-8a8f-60af84c19624",
        client_request_id="key",
        timeline=(TimelineEntry(NOON, "api", "accepted"),),
        boards=("01a20993-8632-7418-8a8f-60af84c19625",),
    )
    running = state_machine.claim(generation, NOON, timedelta(minutes=1))

    assert json.loads(document.encode(running)) == {
        "schema": 1,
        "generation": {
            "id": "01a20993-8632-7418-8a8f-60af84c19624",
            "owner": "11111111-aaaa-4aaa-8aaa-aaaaaaaaaaaa",
            "version": 2,
            "status": "RUNNING",
            "request": {
                "prompt": "红苹果",
                "negative_prompt": "blurry",
                "model": "builtin",
                "width": 64,
                "height": 64,
                "steps": 8,
                "guidance_scale": 3.0,
                "seed": 7,
                "count": 1,
                "style": "ink",
                "operation": "TEXT_TO_IMAGE",
                "edit": None,
            },
            "client_request_id": "key",
            "parent_id": None,
            "images": [],
            "failure": None,
            "waiting_reason": None,
            "favorite": False,
            "created_at": "2026-05-04T12:00:00Z",
            "started_at": "2026-05-04T12:00:00Z",
            "claimed_at": "2026-05-04T12:00:00Z",
            "finished_at": None,
            "trashed_at": None,
            "fence": 1,
            "failures": 0,
            "lease_expires_at": "2026-05-04T12:01:00Z",
            "not_before": None,
            "deadline_at": "2026-05-04T12:30:00Z",
            "quota_day": "2026-05-04",
            "quota_held": 1,
            "estimated_cost": 0.0,
            "timeline": [
                {
                    "at": "2026-05-04T12:00:00Z",
                    "component": "api",
                    "step": "accepted",
                    "milliseconds": None,
                },
                {
                    "at": "2026-05-04T12:00:00Z",
                    "component": "worker",
                    "step": "claimed, attempt 1",
                    "milliseconds": 0,
                },
            ],
            "resend_at": None,
            "boards": ["01a20993-8632-7418-8a8f-60af84c19625"],
        },
    }


def test_a_document_of_the_first_release_has_no_claim_time() -> None:
    """The first release did not store `claimed_at`; the first claim is the best estimate."""
    queued = a_generation()
    claimed = state_machine.claim(queued, NOON, timedelta(minutes=1))
    again = state_machine.claim(claimed, NOON + timedelta(minutes=2), timedelta(minutes=1))
    assert again.claimed_at == NOON + timedelta(minutes=2)

    for generation in (queued, claimed, again):
        content = json.loads(document.encode(generation))
        del content["generation"]["claimed_at"]

        read = document.decode(json.dumps(content))

        assert read == replace(generation, claimed_at=generation.started_at)


def test_earlier_releases_can_read_a_document_with_a_new_field() -> None:
    """Earlier releases ignore unknown fields, so a new field does not block a rollback."""
    generation = a_generation()
    content = json.loads(document.encode(generation))
    content["generation"]["a_later_field"] = "value"

    assert document.decode(json.dumps(content)) == generation


GOOD = json.loads(document.encode(a_generation(prompt="a secret apple")))


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b'{"schema": 1}',
        b'{"schema": 2, "generation": {}}',
        b'{"schema": 1, "generation": {}}',
        b'{"schema": 1, "generation": []}',
        b'{"schema": 1, "generation": null}',
        b"\xff\xfe",
        json.dumps(GOOD)[:-20].encode(),
        json.dumps(GOOD | {"generation": GOOD["generation"] | {"version": "one"}}).encode(),
        json.dumps(GOOD | {"generation": GOOD["generation"] | {"status": "PAUSED"}}).encode(),
    ],
)
def test_a_corrupt_document_is_rejected_without_quoting_it(damaged: bytes) -> None:
    with pytest.raises(document.UnreadableDocument) as refused:
        document.decode(damaged)

    assert "apple" not in str(refused.value)


def test_the_time_zone_is_preserved() -> None:
    generation = replace(a_generation(), started_at=NOON)

    read = document.decode(document.encode(generation))

    assert read.started_at is not None
    assert read.started_at.utcoffset() == timedelta(0)
