"""`parse_notices` reads events of SNS and S3 and ignores foreign ones."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genai_studio.domain.generation import GenerationRef
from genai_studio.ports import AnswerNotice
from genai_studio.sagemaker.exchange import Exchange
from genai_studio.sagemaker.notices import parse_notices
from tests.builders import ALICE
from tests.servers.async_inference import sns_event
from tests.unhurried import unhurried

BUCKET = "studio-images"
REF = GenerationRef(ALICE, "019a1b2c-3d4e-7f60-8a1b-2c3d4e5f6071")
FOLDER = f"s3://{BUCKET}/async/{REF.owner}/{REF.id}/3"


class NoClient:
    """Parsing a notice makes no call."""


EXCHANGE = Exchange(NoClient(), BUCKET)  # type: ignore[arg-type] # never called


def a_result(**fields: Any) -> dict[str, Any]:
    """Return a notification about image 1 of claim 3 with all documented fields."""
    standard: dict[str, Any] = {
        "awsRegion": "eu-central-1",
        "eventTime": "2026-05-04T12:00:09.588Z",
        "receivedTime": "2026-05-04T12:00:01.214Z",
        "invocationStatus": "Completed",
        "requestParameters": {
            "accept": "application/json;jpeg",
            "contentType": "application/json",
            "endpointName": "jumpstart-dft-sd21",
            "inputLocation": f"{FOLDER}/1.json",
        },
        "responseParameters": {
            "contentType": "application/json;jpeg",
            "outputLocation": f"{FOLDER}/1.out",
        },
        "inferenceId": f"{REF.id}-3-1",
        "eventVersion": "1.0",
        "eventSource": "aws:sagemaker",
        "eventName": "InferenceResult",
    }
    return standard | fields


def an_s3_event(key: str, bucket: str = BUCKET, name: str = "ObjectCreated:Put") -> dict[str, Any]:
    s3 = {"bucket": {"name": bucket}, "object": {"key": key, "size": 12}}
    record = {"eventSource": "aws:s3", "eventVersion": "2.3", "eventName": name, "s3": s3}
    return {"Records": [record]}


def read(event: dict[str, Any]) -> list[AnswerNotice]:
    return list(parse_notices(event, EXCHANGE))


def test_success_notice_has_ref_and_location() -> None:
    assert read(sns_event(a_result())) == [
        AnswerNotice(REF, 3, 1, endpoint="jumpstart-dft-sd21", location=f"{FOLDER}/1.out")
    ]


def test_failure_notice_has_reason() -> None:
    failed = a_result(
        invocationStatus="Failed",
        failureReason="ClientError: Received server error (500) from model.",
        responseParameters={"failureLocation": f"s3://{BUCKET}/async/failures/x-error.out"},
    )
    (notice,) = read(sns_event(failed))
    assert notice.failed
    assert notice.reason == "ClientError: Received server error (500) from model."
    assert notice.location == f"s3://{BUCKET}/async/failures/x-error.out"


@pytest.mark.parametrize("missing", ["responseParameters", "failureReason"])
def test_failure_notice_allows_missing_fields(missing: str) -> None:
    failed = a_result(invocationStatus="Failed", failureReason="It broke.")
    del failed[missing]
    (notice,) = read(sns_event(failed))
    assert notice.failed


def test_expired_request_is_a_failure_notice() -> None:
    (notice,) = read(sns_event(a_result(invocationStatus="Expired")))
    assert (notice.failed, notice.reason) == (True, "Expired. ")


def test_s3_event_is_a_notice() -> None:
    key = FOLDER.removeprefix(f"s3://{BUCKET}/")
    assert read(an_s3_event(f"{key}/1.out")) == [
        AnswerNotice(REF, 3, 1, location=f"{FOLDER}/1.out")
    ]


@pytest.mark.parametrize(
    "fields",
    [
        {"inferenceId": f"{REF.id}-4-1"},
        {"inferenceId": "11111111-2222-3333-4444-555555555555"},
        {"inferenceId": None},
        {"requestParameters": {"inputLocation": f"s3://elsewhere/async/{ALICE}/{REF.id}/3/1.json"}},
        {"requestParameters": {"inputLocation": f"s3://{BUCKET}/{ALICE}/{REF.id}/3/1.json"}},
        {"requestParameters": {"inputLocation": f"{FOLDER}/../3/1.json"}},
        {"requestParameters": {"inputLocation": f"{FOLDER}/1.out"}},
        {"requestParameters": {"inputLocation": f"{FOLDER}/-1.json"}},
        {"requestParameters": {"inputLocation": f"s3://{BUCKET}/async//{REF.id}/3/1.json"}},
        {"requestParameters": {"inputLocation": f"s3://{BUCKET}/async/{ALICE}/not-an-id/3/1.json"}},
        {"requestParameters": {}},
        {"requestParameters": None},
        {"invocationStatus": 7},
    ],
)
def test_foreign_notification_is_ignored(fields: dict[str, Any]) -> None:
    assert read(sns_event(a_result(**fields))) == []


@pytest.mark.parametrize(
    "event",
    [
        an_s3_event(f"async/{ALICE}/{REF.id}/3/1.out", bucket="elsewhere"),
        an_s3_event(f"async/{ALICE}/{REF.id}/3/1.out", name="ObjectRemoved:Delete"),
        an_s3_event(f"async/{ALICE}/{REF.id}/3/1.json"),
        an_s3_event(f"async/{ALICE}/{REF.id}/3/receipt"),
        an_s3_event("async/failures/x-error.out"),
        an_s3_event(f"{ALICE}/{REF.id}/3/1.out"),
        {"Records": [{"eventSource": "aws:s3"}]},
        {"Records": [{"Sns": {}}]},
        {"Records": [{"Sns": {"Message": "Hello."}}]},
        {"Records": []},
        {},
    ],
)
def test_other_events_are_ignored(event: dict[str, Any]) -> None:
    assert read(event) == []


def test_foreign_record_does_not_hide_own_record() -> None:
    messages: list[object] = ["{", a_result(), []]
    records = [record for message in messages for record in sns_event(message)["Records"]]
    assert len(read({"Records": records})) == 1


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@unhurried
@given(message=st.text() | json_values.map(json.dumps))
def test_any_message_is_parsed_without_error(message: str) -> None:
    assert read(sns_event(message)) == []


@unhurried
@given(field=st.sampled_from(sorted(a_result())), value=json_values)
def test_any_field_value_is_parsed_without_error(field: str, value: object) -> None:
    for notice in read(sns_event(a_result(**{field: value}))):
        assert notice.ref == REF
