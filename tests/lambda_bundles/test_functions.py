"""Run the function tests against the bundles, to prove that each bundle is complete.

The processes can import only from the standard library and the unpacked bundle.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hosts.aws.support import lambda_function
from tests.hosts.aws.test_functions import (  # noqa: F401 - pytest finds them by their names
    account,
    of_pool,
    pool,
    test_a_link_that_a_function_signed_leads_to_the_image,
    test_appsync_accepts_a_image_with_two_names_and_a_table,
    test_http_answers_who_is_signed_in_at_cognito,
    test_http_shows_graphiql_to_everybody_and_graphql_to_nobody_else,
    test_the_publisher_tells_appsync_what_the_stream_tells,
    test_the_sweeper_gives_up_what_landed_in_the_dead_letter_queue,
    test_the_worker_draws_at_a_jumpstart_endpoint_and_stores_in_s3,
    test_the_worker_tells_appsync_of_each_step_of_an_endpoint_that_streams,
)
from tests.lambda_bundles.built import PLAN, bundle_of, runtime, unpacked

pytestmark = pytest.mark.anyio

ALONE = Path(__file__).with_name("run_alone.py")


def in_its_bundle(function: str) -> list[str]:
    """Return the command that runs Python with only the bundle of a function."""
    _, python = runtime()
    directory = unpacked(bundle_of(PLAN, function))
    return [str(python), "-I", "-S", str(ALONE), str(directory)]


@pytest.fixture(autouse=True)
def bundled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lambda_function, "python", in_its_bundle)
