"""Random valid requests reveal no bugs."""

from __future__ import annotations

import asyncio
import json
import logging
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis_graphql import from_schema, nodes

from genai_studio.domain import state_machine
from genai_studio.domain.failure import Failure, FailureCode
from genai_studio.schema.context import StudioContext
from genai_studio.schema.export import exported_schema
from genai_studio.schema.studio_schema import studio_schema
from tests.builders import NOON, a_caller, a_generation, change, submit, succeeded
from tests.fakes.studio import FakeStudio, a_studio

PRELUDE = (Path(__file__).parents[2] / "graphql" / "appsync.prelude.graphql").read_text("utf-8")

TIMES = st.datetimes().map(lambda time: time.isoformat() + "Z")
SCALARS = {
    "AWSDateTime": (TIMES | st.text(max_size=30)).map(nodes.String),
    "AWSJSON": st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3),
        max_leaves=5,
    ).map(lambda value: nodes.String(json.dumps(value))),
}

DOCUMENTS = from_schema(PRELUDE + exported_schema(), custom_scalars=SCALARS)
"""Queries and mutations with random arguments."""


async def studio_with_every_state() -> FakeStudio:
    fakes = a_studio()
    failure = Failure(FailureCode.ENDPOINT_TIMEOUT, "Late.", retryable=True)
    for step in (
        succeeded,
        lambda it: state_machine.fail(it, NOON, failure),
        lambda it: state_machine.trash(it, NOON),
    ):
        stored = await submit(fakes.records, a_generation())
        await change(fakes.records, stored, step)
    return fakes


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.filter_too_much,
        HealthCheck.function_scoped_fixture,
    ],
)
@given(document=DOCUMENTS)
def test_valid_requests_reveal_no_bug(caplog: pytest.LogCaptureFixture, document: str) -> None:
    caplog.set_level(logging.ERROR)

    async def run() -> Any:
        fakes = await studio_with_every_state()
        return await studio_schema.execute(
            document, context_value=StudioContext(fakes.studio, a_caller())
        )

    result = asyncio.run(run())

    codes = {(error.extensions or {}).get("code") for error in result.errors or ()}
    assert "INTERNAL" not in codes
    assert caplog.text == ""
