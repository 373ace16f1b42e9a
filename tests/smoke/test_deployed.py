"""Smoke test of a deployed studio: both hosts agree, and one image is generated and purged.

The cases are those of the host suite, but their exact expectations depend on its
fixtures. Here the responses of the two hosts are compared with each other, on the
records of the signed-in user. Only one test generates an image.
"""

from __future__ import annotations

import time
from typing import Any

import httpx
import pytest

from tests.hosts.suite import mutation_cases, query_cases
from tests.hosts.suite.cases import Case, operation
from tests.smoke.deployed import DeployedHost, without_signatures

GENERATING = ("generateImage", "draftImage", "retryGeneration")
CASES = [
    case
    for case in (*query_cases.CASES, *mutation_cases.CASES)
    if not any(field in step.document for step in case.steps for field in GENERATING)
]
PNG = b"\x89PNG\r\n\x1a\n"
TIMEOUT_SECONDS = 30 * 60
"""The deadline of a generation. An endpoint that is scaled to zero takes minutes to start."""


def data(response: dict[str, Any], field: str) -> Any:
    assert "errors" not in response, response
    return response["data"][field]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_both_hosts_return_the_same_response(
    case: Case, appsync: DeployedHost, http: DeployedHost
) -> None:
    for step in case.steps:
        by_appsync = appsync.execute(step.document, step.variables)
        by_http = http.execute(step.document, step.variables)
        assert without_signatures(by_appsync.get("data")) == without_signatures(by_http.get("data"))
        assert bool(by_appsync.get("errors")) == bool(by_http.get("errors"))


def test_requests_without_a_token_are_rejected(
    appsync: DeployedHost, http: DeployedHost, client: httpx.Client
) -> None:
    for host in (appsync, http):
        response = client.post(host.url, json={"query": "{ viewer { id } }"})
        assert response.status_code in {401, 403}, response.text


def test_image_is_generated_read_by_both_hosts_and_purged(
    appsync: DeployedHost, http: DeployedHost, client: httpx.Client
) -> None:
    variables = {"input": {"prompt": "a red apple", "count": 1, "seed": 7}}
    accepted = data(appsync.execute(operation("generateImage"), variables), "generateImage")
    assert accepted["userErrors"] == []
    by_id = {"id": accepted["generation"]["id"]}

    def read(host: DeployedHost) -> dict[str, Any]:
        found: dict[str, Any] = data(host.execute(operation("generation"), by_id), "generation")
        return found

    deadline = time.monotonic() + TIMEOUT_SECONDS
    while (finished := read(appsync))["finishedAt"] is None and time.monotonic() < deadline:
        time.sleep(1)
    assert finished["status"] == "SUCCEEDED", finished["failure"]
    assert without_signatures(read(http)["images"]) == without_signatures(finished["images"])
    image = client.get(finished["images"][0]["url"])
    assert image.status_code == 200, image.text
    assert image.content.startswith(PNG)

    by_ids = {"ids": [by_id["id"]]}
    for name in ("deleteGenerations", "purgeGenerations"):
        assert data(http.execute(operation(name), by_ids), name)["userErrors"] == []
    assert data(appsync.execute(operation("generation"), by_id), "generation") is None
