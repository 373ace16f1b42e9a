"""Subscriptions in hosts without an `EventSubscriptions` port."""

from __future__ import annotations

from dataclasses import replace

import pytest

from genai_studio.schema.context import StudioContext
from genai_studio.schema.studio_schema import studio_schema
from tests.builders import a_caller
from tests.fakes.studio import a_studio

pytestmark = pytest.mark.anyio


async def test_a_host_without_subscriptions_names_appsync() -> None:
    studio = replace(a_studio().studio, subscriptions=None)

    (result,) = [
        result
        async for result in await studio_schema.subscribe(
            "subscription { generationUpdated { id } }",
            context_value=StudioContext(studio, a_caller()),
        )
    ]

    assert result.errors is not None
    assert result.errors[0].message == (
        "This host does not serve subscriptions. Subscribe at the AppSync API."
    )
    assert (result.errors[0].extensions or {})["code"] == "UNAVAILABLE"
