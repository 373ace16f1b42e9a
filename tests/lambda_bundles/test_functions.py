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
    test_appsync_accepts_generation,
    test_http_accepts_cognito_token,
    test_http_serves_graphiql_and_requires_token_for_graphql,
    test_presigned_url_serves_image,
    test_publisher_publishes_stream_records,
    test_sweeper_fails_dead_lettered_generation,
    test_verifier_and_http_validate_signature_of_image,
    test_worker_publishes_progress_of_streaming_endpoint,
    test_worker_stores_images_of_jumpstart_endpoint,
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
