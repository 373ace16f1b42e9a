"""A deployed studio: its two hosts answer the same, and a picture arrives and goes again.

The cases are those of the host suite. What they expect to the letter was
arranged for them there; here the hosts are held against each other, over the
records of whoever is signed in. What would draw is left to one test.
"""

from __future__ import annotations

import time
from typing import Any

import httpx
import pytest

from tests.hosts.suite import mutation_cases, query_cases
from tests.hosts.suite.cases import Case, operation
from tests.smoke.deployed import DeployedHost, unsigned

DRAWS = ("generateImage", "draftImage", "retryGeneration")
CASES = [
    case
    for case in (*query_cases.CASES, *mutation_cases.CASES)
    if not any(word in step.document for step in case.steps for word in DRAWS)
]
PNG = b"\x89PNG\r\n\x1a\n"
LONGEST_SECONDS = 30 * 60
"""The deadline of a generation: an endpoint at rest takes minutes to start."""


def data(response: dict[str, Any], field: str) -> Any:
    assert "errors" not in response, response
    return response["data"][field]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_both_hosts_answer_the_same(case: Case, appsync: DeployedHost, http: DeployedHost) -> None:
    for step in case.steps:
        one = appsync.execute(step.document, step.variables)
        other = http.execute(step.document, step.variables)
        assert unsigned(one.get("data")) == unsigned(other.get("data"))
        assert bool(one.get("errors")) == bool(other.get("errors"))


def test_nobody_is_served_without_a_token(
    appsync: DeployedHost, http: DeployedHost, client: httpx.Client
) -> None:
    for host in (appsync, http):
        answer = client.post(host.url, json={"query": "{ viewer { id } }"})
        assert answer.status_code in {401, 403}, answer.text


def test_a_picture_arrives_by_both_hosts_and_goes_again(
    appsync: DeployedHost, http: DeployedHost, client: httpx.Client
) -> None:
    asked = {"input": {"prompt": "a red apple", "count": 1, "seed": 7}}
    made = data(appsync.execute(operation("generateImage"), asked), "generateImage")
    assert made["userErrors"] == []
    wanted = {"id": made["generation"]["id"]}

    def now(host: DeployedHost) -> dict[str, Any]:
        found: dict[str, Any] = data(host.execute(operation("generation"), wanted), "generation")
        return found

    until = time.monotonic() + LONGEST_SECONDS
    while (drawn := now(appsync))["finishedAt"] is None and time.monotonic() < until:
        time.sleep(1)
    assert drawn["status"] == "SUCCEEDED", drawn["failure"]
    assert unsigned(now(http)["images"]) == unsigned(drawn["images"])
    picture = client.get(drawn["images"][0]["url"])
    assert picture.status_code == 200, picture.text
    assert picture.content.startswith(PNG)

    ids = {"ids": [wanted["id"]]}
    for name in ("deleteGenerations", "purgeGenerations"):
        assert data(http.execute(operation(name), ids), name)["userErrors"] == []
    assert data(appsync.execute(operation("generation"), wanted), "generation") is None
