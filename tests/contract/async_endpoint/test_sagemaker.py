"""Requests to SageMaker Asynchronous Inference, and the handling of its answers."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from botocore.session import get_session

from genai_studio.domain.errors import EndpointError, StudioUnavailable
from genai_studio.domain.failure import FailureCode
from genai_studio.domain.generation import Generation
from genai_studio.ports import AnswerNotice, EndpointProgress
from genai_studio.sagemaker import exchange as exchange_module
from genai_studio.sagemaker.client import loopback_client
from genai_studio.sagemaker.endpoint import SageMakerEndpoint
from genai_studio.sagemaker.exchange import Exchange
from genai_studio.sagemaker.exchange_keys import claim_prefix, receipt_key
from genai_studio.sagemaker.notices import parse_notices
from tests.builders import BOB
from tests.contract.async_endpoint.conftest import SageMakerRig
from tests.contract.async_endpoint.test_async_endpoint import a_claim
from tests.servers.processes.clients import client
from tests.servers.processes.seaweedfs import SEAWEEDFS
from tests.serving.live_server import live_server
from tests.serving.toy_catalog import a_catalog, a_model

pytestmark = pytest.mark.anyio


NOT_IN_PYTHON = {
    r"\p{Print}": r"\x20-\x7e",
    r"\p{ASCII}": r"[\x00-\x7f]",
    r"\z": r"\Z",
}
"""Pattern syntax of the service model that Python's `re` lacks."""


def prefix_of(claimed: Generation) -> str:
    return claim_prefix(claimed.owner, claimed.id, claimed.fence)


async def failure_of(
    rig: SageMakerRig, claimed: Generation, notice: AnswerNotice | None = None
) -> EndpointError:
    with pytest.raises(EndpointError) as caught:
        await rig.endpoint.collect(claimed, notice)
    return caught.value


async def next_notice(rig: SageMakerRig) -> AnswerNotice:
    """Return the notice of the next answer."""
    (notice,) = parse_notices(rig.sagemaker.event(), rig.bucket.exchange)
    return notice


class TestStart:
    async def test_each_image_is_one_call_that_expires_at_the_deadline(
        self, sagemaker: SageMakerRig
    ) -> None:
        claimed = a_claim(count=2)
        sagemaker.clock.advance(timedelta(minutes=10))

        await sagemaker.endpoint.start(claimed)

        prefix = prefix_of(claimed)
        for index, taken in enumerate(sagemaker.sagemaker.accepted):
            assert taken.headers == {
                "content-type": "application/json",
                "accept": "application/json;png",
                "inference-id": f"{claimed.id}-1-{index}",
                "inputlocation": f"s3://{sagemaker.bucket.name}/{prefix}{index}.json",
                "s3outputpathextension": f"{claimed.owner}/{claimed.id}/1",
                "filename": f"{index}.out",
                "requestttlseconds": "1200",
                "invocationtimeoutseconds": "1200",
            }
        assert len(sagemaker.sagemaker.accepted) == 2

    async def test_the_request_conforms_to_the_service_model(self, sagemaker: SageMakerRig) -> None:
        # botocore checks neither lengths nor patterns.
        claimed = replace(a_claim(), fence=999_999)
        await sagemaker.endpoint.start(claimed)
        model = get_session().get_service_model("sagemaker-runtime")
        shape_of_input = model.operation_model("InvokeEndpointAsync").input_shape
        headers = sagemaker.sagemaker.accepted[0].headers
        checked = []
        assert shape_of_input is not None
        for name, shape in shape_of_input.members.items():
            header = shape.serialization.get("name", "").lower()
            value = headers.get(header.removeprefix("x-amzn-sagemaker-"))
            if value is None or shape.type_name != "string":
                continue
            checked.append(name)
            assert len(value) <= shape.metadata.get("max", 1024)
            pattern = shape.metadata.get("pattern", ".*")
            for unknown, ours in NOT_IN_PYTHON.items():
                pattern = pattern.replace(unknown, ours)
            assert re.fullmatch(pattern, value)
        assert {"InferenceId", "InputLocation", "S3OutputPathExtension", "Filename"} <= set(checked)

    async def test_shortly_before_the_deadline_the_minimum_timeouts_are_sent(
        self, sagemaker: SageMakerRig
    ) -> None:
        claimed = a_claim()
        sagemaker.clock.advance(timedelta(minutes=29, seconds=50))
        await sagemaker.endpoint.start(claimed)
        headers = sagemaker.sagemaker.accepted[0].headers
        assert (headers["requestttlseconds"], headers["invocationtimeoutseconds"]) == ("60", "10")

    @pytest.mark.parametrize(
        ("refusal", "code", "retryable"),
        [
            (("ThrottlingException", 429), FailureCode.ENDPOINT_THROTTLED, True),
            (("ServiceUnavailable", 503), FailureCode.ENDPOINT_UNAVAILABLE, True),
            (("ValidationError", 400), FailureCode.ENDPOINT_REJECTED, False),
            (("AccessDeniedException", 403), FailureCode.ENDPOINT_ACCESS_DENIED, False),
        ],
    )
    async def test_a_rejected_call_has_a_failure_code_and_starts_nothing(
        self,
        sagemaker: SageMakerRig,
        refusal: tuple[str, int],
        code: FailureCode,
        retryable: bool,
    ) -> None:
        claimed = a_claim()
        sagemaker.sagemaker.rejection = refusal

        with pytest.raises(EndpointError) as caught:
            await sagemaker.endpoint.start(claimed)

        assert (caught.value.failure.code, caught.value.failure.retryable) == (code, retryable)
        assert not await sagemaker.endpoint.started(claimed)

    async def test_a_wrong_output_path_is_reported_with_the_remedy(
        self, sagemaker: SageMakerRig
    ) -> None:
        sagemaker.sagemaker.outputs = "s3://another-bucket/async"

        with pytest.raises(EndpointError, match="S3OutputPath must be") as caught:
            await sagemaker.endpoint.start(a_claim())

        assert caught.value.failure.code is FailureCode.ENDPOINT_REJECTED
        assert not caught.value.failure.retryable

    async def test_an_unavailable_store_is_reported_and_nothing_is_called(
        self, sagemaker: SageMakerRig
    ) -> None:
        unauthorized = client("s3", SEAWEEDFS, secret_key="not-the-key")
        endpoint = sagemaker.with_exchange(Exchange(unauthorized, sagemaker.bucket.name))

        with pytest.raises(StudioUnavailable, match="S3 is unavailable"):
            await endpoint.start(a_claim())

        assert sagemaker.sagemaker.accepted == []


class TestCollect:
    async def test_images_equal_those_of_a_real_time_call(self, sagemaker: SageMakerRig) -> None:
        claimed = a_claim(count=2, style="noir")
        await sagemaker.endpoint.start(claimed)
        await sagemaker.wait_for_answers(claimed)

        with live_server(sagemaker.sagemaker) as url:
            runtime = loopback_client(url, "any")
            catalog = a_catalog(a_model(streams=False))
            real_time = SageMakerEndpoint(lambda model: runtime, catalog)
            waited_for = await real_time.generate(claimed.request, ignore, lambda: False)

        assert await sagemaker.endpoint.collect(claimed) == list(waited_for)

    async def test_all_objects_of_a_claim_have_its_prefix(self, sagemaker: SageMakerRig) -> None:
        claimed = a_claim(count=2)
        await sagemaker.endpoint.start(claimed)
        await sagemaker.wait_for_answers(claimed)
        assert len(sagemaker.bucket.keys(prefix_of(claimed))) == 5

        await sagemaker.bucket.images(sagemaker.clock).delete_under(prefix_of(claimed))

        assert sagemaker.bucket.keys() == []

    async def test_answers_with_generated_names_are_found(self, sagemaker: SageMakerRig) -> None:
        sagemaker.sagemaker.callers_name_outputs = False
        claimed = a_claim(count=2)
        await sagemaker.endpoint.start(claimed)
        await sagemaker.wait_for_answers(claimed)
        assert len(await sagemaker.endpoint.collect(claimed) or ()) == 2

    async def test_a_notice_before_the_receipt_is_sufficient(self, sagemaker: SageMakerRig) -> None:
        claimed = a_claim()
        await sagemaker.endpoint.start(claimed)
        sagemaker.bucket.delete(receipt_key(claimed.ref, claimed.fence))
        notice = await next_notice(sagemaker)

        assert await sagemaker.endpoint.collect(claimed) is None
        assert len(await sagemaker.endpoint.collect(claimed, notice) or ()) == 1

    async def test_one_of_two_notices_is_not_sufficient(self, sagemaker: SageMakerRig) -> None:
        claimed = a_claim(count=2)
        await sagemaker.endpoint.start(claimed)
        await sagemaker.wait_for_answers(claimed)
        sagemaker.bucket.delete(f"{prefix_of(claimed)}1.out")

        assert await sagemaker.endpoint.collect(claimed, a_notice(claimed)) is None

    async def test_an_answer_of_another_claim_is_ignored(self, sagemaker: SageMakerRig) -> None:
        bobs = replace(a_claim(), owner=BOB)
        await sagemaker.endpoint.start(bobs)
        location = (await next_notice(sagemaker)).location
        alices = a_claim()

        assert await sagemaker.endpoint.collect(alices, a_notice(alices, location)) is None

    async def test_a_notice_of_another_endpoint_or_image_is_ignored(
        self, sagemaker: SageMakerRig
    ) -> None:
        claimed = a_claim(model="held")
        await sagemaker.endpoint.start(claimed)
        failed = replace(a_notice(claimed), failed=True, reason="Reported as failed.")
        for forged in (replace(failed, endpoint="another"), replace(failed, index=1)):
            assert await sagemaker.endpoint.collect(claimed, forged) is None


class TestFailures:
    async def test_without_failure_objects_the_notice_reports_the_failure(
        self, sagemaker: SageMakerRig
    ) -> None:
        sagemaker.sagemaker.has_failure_path = False
        claimed = a_claim(model="failing")
        await sagemaker.endpoint.start(claimed)
        notice = await next_notice(sagemaker)

        assert await sagemaker.endpoint.collect(claimed) is None
        error = await failure_of(sagemaker, claimed, notice)

        assert error.failure.code is FailureCode.ENDPOINT_UNAVAILABLE

    async def test_the_container_s_message_is_read_without_the_prompt(
        self, sagemaker: SageMakerRig
    ) -> None:
        claimed = a_claim(prompt="a secret apple", model="held")
        await sagemaker.endpoint.start(claimed)
        sagemaker.bucket.write(
            key_of(sagemaker.sagemaker.accepted[0].failure),
            b'{"code": "ValidationError", "message": "No: a secret apple is no prompt."}',
        )

        error = await failure_of(sagemaker, claimed)

        assert error.failure.code is FailureCode.ENDPOINT_REJECTED
        assert error.failure.message == "The endpoint rejected the request: No: … is no prompt."

    @pytest.mark.parametrize(
        ("reason", "code"),
        [
            ("Expired. ", FailureCode.ENDPOINT_TIMEOUT),
            ("ClientError: Model invocation timed out.", FailureCode.ENDPOINT_TIMEOUT),
            ("ClientError: Received server error (504) from model.", FailureCode.ENDPOINT_TIMEOUT),
            ("ClientError: Received server error (500).", FailureCode.ENDPOINT_UNAVAILABLE),
            ("ClientError: Received client error (429).", FailureCode.ENDPOINT_THROTTLED),
            ("ClientError: Received client error (400).", FailureCode.ENDPOINT_REJECTED),
            ("", FailureCode.ENDPOINT_UNAVAILABLE),
        ],
    )
    async def test_the_reason_of_a_notice_gives_the_failure_code(
        self, sagemaker: SageMakerRig, reason: str, code: FailureCode
    ) -> None:
        claimed = a_claim(model="held")
        await sagemaker.endpoint.start(claimed)
        notice = replace(a_notice(claimed), failed=True, reason=reason)
        assert (await failure_of(sagemaker, claimed, notice)).failure.code is code

    async def test_endpoint_names_are_compared_case_insensitively(
        self, sagemaker: SageMakerRig
    ) -> None:
        claimed = a_claim(model="held")
        await sagemaker.endpoint.start(claimed)
        notice = replace(a_notice(claimed), failed=True, endpoint="HELD")
        await failure_of(sagemaker, claimed, notice)

    @pytest.mark.parametrize(
        "garbage", [b"", b"{", b"\xff\xfe", b'{"generated_images": ["AAAA"]}', b"null"]
    )
    async def test_a_malformed_answer_is_a_bad_response(
        self, sagemaker: SageMakerRig, garbage: bytes
    ) -> None:
        claimed = a_claim()
        await sagemaker.endpoint.start(claimed)
        await sagemaker.wait_for_answers(claimed)
        sagemaker.bucket.write(f"{prefix_of(claimed)}0.out", garbage)
        error = await failure_of(sagemaker, claimed)
        assert error.failure.code is FailureCode.ENDPOINT_BAD_RESPONSE

    @pytest.mark.parametrize("garbage", [b"", b"{}", b"\xff\xfe", b"[1]"])
    async def test_a_malformed_receipt_is_a_bad_response(
        self, sagemaker: SageMakerRig, garbage: bytes
    ) -> None:
        claimed = a_claim()
        await sagemaker.endpoint.start(claimed)
        sagemaker.bucket.write(receipt_key(claimed.ref, claimed.fence), garbage)
        error = await failure_of(sagemaker, claimed)
        assert error.failure.code is FailureCode.ENDPOINT_BAD_RESPONSE

    async def test_a_receipt_outside_the_exchange_is_not_followed(
        self, sagemaker: SageMakerRig
    ) -> None:
        bobs = a_claim()
        sagemaker.bucket.write(f"{BOB}/{bobs.id}/1/0.png", b"Bob's image")
        claimed = a_claim()
        await sagemaker.endpoint.start(claimed)
        elsewhere = f"s3://{sagemaker.bucket.name}/{BOB}/{bobs.id}/1/0.png"
        forged = json.dumps([{"output": elsewhere, "failure": elsewhere}])
        sagemaker.bucket.write(receipt_key(claimed.ref, claimed.fence), forged.encode())
        assert await sagemaker.endpoint.collect(claimed) is None

    async def test_an_oversized_answer_is_a_bad_response(
        self, sagemaker: SageMakerRig, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        claimed = a_claim()
        await sagemaker.endpoint.start(claimed)
        await sagemaker.wait_for_answers(claimed)
        size = len(sagemaker.bucket.read(f"{prefix_of(claimed)}0.out"))
        monkeypatch.setattr(exchange_module, "MAX_RESPONSE_BYTES", size - 1)
        error = await failure_of(sagemaker, claimed)
        assert error.failure.code is FailureCode.ENDPOINT_BAD_RESPONSE

    async def test_an_unavailable_store_is_not_an_endpoint_failure(
        self, sagemaker: SageMakerRig
    ) -> None:
        claimed = a_claim()
        await sagemaker.endpoint.start(claimed)
        await sagemaker.wait_for_answers(claimed)
        unauthorized = client("s3", SEAWEEDFS, secret_key="not-the-key")
        endpoint = sagemaker.with_exchange(Exchange(unauthorized, sagemaker.bucket.name))
        with pytest.raises(StudioUnavailable, match="S3 is unavailable"):
            await endpoint.collect(claimed)


def a_notice(claimed: Generation, location: str | None = None) -> AnswerNotice:
    return AnswerNotice(claimed.ref, claimed.fence, 0, claimed.request.model, location)


def key_of(location: str | None) -> str:
    return (location or "").removeprefix("s3://").partition("/")[2]


async def ignore(progress: EndpointProgress) -> None:
    pass
