"""Scenarios with faults of the endpoint, S3 and AppSync."""

from __future__ import annotations

import json

from starlette.responses import JSONResponse, Response

from genai_studio.domain.state_machine import MAX_FAILURES
from tests.rehearsal.system.cloud import Cloud
from tests.rehearsal.system.fault_proxy import respond_first


async def throttled_endpoint_call_is_retried(cloud: Cloud) -> None:
    cloud.account.endpoint.interceptors.append(respond_first(2, "violin", _throttled))
    accepted = await cloud.generate({"prompt": "a violin"})

    finished = await cloud.finished(accepted["id"])

    assert finished["status"] == "SUCCEEDED"
    assert cloud.state.attempts(finished["id"]) == 3
    steps = cloud.state.timeline_steps(finished["id"])
    assert steps.count("answered ENDPOINT_THROTTLED") == 2


async def endpoint_timeout_is_retried(cloud: Cloud) -> None:
    cloud.account.endpoint.interceptors.append(respond_first(1, "turtle", _model_timeout))
    accepted = await cloud.generate({"prompt": "a turtle"})

    finished = await cloud.finished(accepted["id"])

    assert finished["status"] == "SUCCEEDED"
    assert cloud.state.attempts(finished["id"]) == 2
    assert "answered ENDPOINT_TIMEOUT" in cloud.state.timeline_steps(finished["id"])


async def invalid_endpoint_response_fails_after_all_attempts(cloud: Cloud) -> None:
    garbage = respond_first(MAX_FAILURES, "dragon", lambda: Response(b"\x00<html>oops", 200))
    cloud.account.endpoint.interceptors.append(garbage)
    accepted = await cloud.generate({"prompt": "a dragon"})

    finished = await cloud.finished(accepted["id"])

    assert (finished["status"], finished["failure"]["code"]) == ("FAILED", "ENDPOINT_BAD_RESPONSE")
    assert finished["failure"]["retryable"]
    assert cloud.state.attempts(finished["id"]) == MAX_FAILURES
    assert cloud.state.quota_held(finished["id"]) == 0


async def filtered_content_fails_without_retry(cloud: Cloud) -> None:
    cloud.account.endpoint.interceptors.append(respond_first(1, "knight", _content_filtered))
    accepted = await cloud.generate({"prompt": "a knight"})

    finished = await cloud.finished(accepted["id"])

    assert (finished["status"], finished["failure"]["code"]) == ("FAILED", "CONTENT_FILTERED")
    assert cloud.state.attempts(finished["id"]) == 1
    assert cloud.state.quota_held(finished["id"]) == 0


async def failed_image_upload_is_retried(cloud: Cloud) -> None:
    async with cloud.held_at_endpoint({"prompt": "a lantern"}) as accepted:
        denial = respond_first(1, f"{accepted['id']}/1/0.png", _access_denied)
        cloud.account.storage.interceptors.append(denial)

    finished = await cloud.finished(accepted["id"])

    assert finished["status"] == "SUCCEEDED"
    assert cloud.state.attempts(finished["id"]) == 2


async def permanent_storage_failure_fails_the_generation(cloud: Cloud) -> None:
    async with cloud.held_at_endpoint({"prompt": "an anchor"}) as accepted:
        denials = [
            respond_first(MAX_FAILURES, f"{accepted['id']}/{fence}/", _access_denied)
            for fence in (1, 2, 3)
        ]
        cloud.account.storage.interceptors.extend(denials)

    finished = await cloud.finished(accepted["id"])

    assert (finished["status"], finished["failure"]["code"]) == ("FAILED", "STORAGE_FAILED")
    assert cloud.state.quota_held(finished["id"]) == 0


async def failed_publication_is_retried(cloud: Cloud) -> None:
    unavailable = respond_first(8, "balloon", lambda: JSONResponse({"errors": []}, 503))
    cloud.account.publishing.interceptors.append(unavailable)
    accepted = await cloud.generate({"prompt": "a balloon"})

    pushed = await cloud.amplify.wait_for("mine", {"id": accepted["id"], "status": "SUCCEEDED"})

    assert pushed["images"]
    assert cloud.unpublished == []


def _throttled() -> Response:
    return JSONResponse(
        {"message": "Rate exceeded"}, 400, headers={"x-amzn-errortype": "ThrottlingException"}
    )


def _model_timeout() -> Response:
    """Return SageMaker's response if a container does not respond within 60 seconds."""
    content = {
        "Message": "Received server error (0) from primary",
        "OriginalStatusCode": 0,
        "OriginalMessage": "Your invocation timed out while waiting for a response",
        "LogStreamArn": "arn:aws:logs:eu-central-1:123456789012:log-group:any",
    }
    return JSONResponse(content, 424, headers={"x-amzn-errortype": "ModelError"})


def _content_filtered() -> Response:
    """Return SageMaker's response if the serving container filtered an image."""
    original = {"code": "ContentFiltered", "message": "The image was filtered."}
    content = {
        "Message": "Received client error (422) from primary",
        "OriginalStatusCode": 422,
        "OriginalMessage": json.dumps(original),
        "LogStreamArn": "arn:aws:logs:eu-central-1:123456789012:log-group:any",
    }
    return JSONResponse(content, 424, headers={"x-amzn-errortype": "ModelError"})


def _access_denied() -> Response:
    body = "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"
    return Response(body, 403, media_type="application/xml")
