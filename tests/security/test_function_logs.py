"""The output and errors of Lambda functions contain no user data.

Lambda logs standard output, and the message of an exception that a handler raises.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Iterator
from contextlib import closing
from types import SimpleNamespace
from typing import Any

import pytest

from genai_studio.hosts.aws.appsync import appsync_handler
from genai_studio.hosts.aws.instrumentation import instrument
from tests.builders import ALICE
from tests.fakes.studio import FakeStudio, a_studio

PROMPT = "my very private prompt"
TOKEN = "my-very-private-token"

CALL = SimpleNamespace(aws_request_id="8476a536-e9f4-11e8-9739-2dfe598c3fcd")


def event(field: str, selection: str, arguments: dict[str, Any], **info: Any) -> dict[str, Any]:
    """Return the event of a direct Lambda resolver."""
    kind = "Mutation" if field.endswith("Image") else "Query"
    return {
        "identity": {
            "sub": ALICE,
            "claims": {"sub": ALICE, "token_use": "access", "username": "alice", "exp": 4102444800},
        },
        "arguments": arguments,
        "request": {"headers": {"authorization": TOKEN}},
        "info": {
            "parentTypeName": kind,
            "fieldName": field,
            "selectionSetGraphQL": selection,
            "variables": {},
            **info,
        },
    }


MADE = "{ generation { id } userErrors { code message } }"
FOUND = "{ edges { cursor } }"

EVENTS = {
    "accepted": event("generateImage", MADE, {"input": {"prompt": PROMPT}}),
    "refused": event("generateImage", MADE, {"input": {"prompt": PROMPT, "width": 1}}),
    "of a wrong type": event("generateImage", MADE, {"input": {"prompt": [PROMPT, {}]}}),
    "with an unknown field": event("generateImage", MADE, {"input": {"private": PROMPT}}),
    "for a search": event("generations", FOUND, {"filter": {"text": PROMPT}}),
    "for a bad cursor": event("generations", FOUND, {"after": PROMPT}),
    "for an unknown id": event("generation", "{ id }", {"id": PROMPT}),
    "with a selection that cannot be read": event("generation", f'{{ id("{PROMPT}', {"id": "1"}),
    "for a field that is not there": event("generation", "{ shoeSize }", {"id": "1"}),
    "without anybody": {**event("viewer", "{ id }", {}), "identity": None},
}


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    root, ours = logging.getLogger(), logging.getLogger("genai_studio")
    before = root.handlers[:], root.level, ours.level
    yield
    root.handlers[:], level, our_level = before
    root.setLevel(level)
    ours.setLevel(our_level)


def no_failure(fakes: FakeStudio) -> None:
    """Do not inject a failure."""


def store_fails(fakes: FakeStudio) -> None:
    async def broken(*arguments: object) -> None:
        logging.getLogger("botocore").error("cannot store %s", arguments)
        raise RuntimeError(f"cannot store {arguments}")

    fakes.records.submit = broken  # type: ignore[method-assign,assignment]
    fakes.records.page = broken  # type: ignore[method-assign,assignment]
    fakes.records.get = broken  # type: ignore[method-assign,assignment]


@pytest.mark.parametrize("accident", [no_failure, store_fails])
@pytest.mark.parametrize("body", EVENTS.values(), ids=EVENTS.keys())
def test_output_and_errors_contain_no_user_data(
    body: dict[str, Any],
    accident: Callable[[FakeStudio], None],
    capsys: pytest.CaptureFixture[str],
) -> None:
    fakes = a_studio()
    accident(fakes)
    raised = ""
    with closing(asyncio.new_event_loop()) as loop:
        handler = instrument(appsync_handler(fakes.studio, loop))
        try:
            handler(body, CALL)
        except Exception as error:
            raised = f"{type(error).__name__}: {error}"
    output = capsys.readouterr()
    lines = output.out.splitlines()
    for line in lines:
        assert json.loads(line), "CloudWatch reads JSON"
    assert lines, "there is a cold start at least"
    assert "private" not in output.out + output.err + raised
    assert ALICE not in output.out + output.err
