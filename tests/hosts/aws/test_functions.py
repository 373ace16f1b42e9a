"""Each Lambda function with its environment variables and local AWS emulators.

Each invocation starts a new process, like a cold start. The rehearsal tests the same
functions together; here each one is tested alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import httpx
import jwt
import pytest
from PIL import Image

from genai_studio.aws.user_pool import UserPool
from genai_studio.domain.failure import FailureCode
from genai_studio.domain.generation import Generation, Status
from genai_studio.domain.identity import Owner
from genai_studio.inference.http.app import create_app
from genai_studio.inference.sampling.served_model import ModelRegistry, ServedModel
from genai_studio.system_clock import SystemClock
from tests.builders import ALICE, BOB, a_generation, a_request, submit
from tests.hosts.asgi.uvicorn_server import served
from tests.hosts.aws.support.lambda_function import invoke, loopback
from tests.hosts.aws.test_publisher import stream_event
from tests.hosts.suite.appsync_host import verify_fake_token
from tests.hosts.suite.lambda_http_host import api_gateway_event
from tests.servers.appsync.app import AppSync
from tests.servers.resources.exchange_bucket import ExchangeBucket, exchange_bucket
from tests.servers.resources.records_table import PublishedRecords, records_table
from tests.servers.resources.signing_key import a_signing_key
from tests.servers.resources.user_pool import a_user_pool, sign_in
from tests.servers.resources.work_queue import WorkQueue, work_queue
from tests.serving.live_server import live_server
from tests.serving.toy_pipeline import ToyPipeline

pytestmark = pytest.mark.anyio

SD21 = "stable-diffusion-2-1-base"
ENDPOINT = "jumpstart-sd21"


@dataclass(frozen=True)
class Account:
    """An account on local emulators.

    Attributes:
        environment: Environment variables for a JumpStart endpoint.
    """

    records: PublishedRecords
    bucket: ExchangeBucket
    work_queue: WorkQueue
    environment: Mapping[str, str]

    async def queued(self, *, owner: Owner = ALICE, **fields: Any) -> Generation:
        request = a_request(model=SD21, width=256, height=256, steps=2, **fields)
        generation = a_generation(owner, at=SystemClock().now(), request=request)
        return await submit(self.records, generation)

    async def stored(self, generation_id: str, owner: Owner = ALICE) -> Generation:
        found = await self.records.get(owner, generation_id)
        assert found is not None
        return found


@pytest.fixture
def account() -> Iterator[Account]:
    container = create_app(ModelRegistry(ServedModel(ENDPOINT, ToyPipeline)))
    with ExitStack() as stack:
        table = stack.enter_context(records_table())
        queue = stack.enter_context(work_queue())
        bucket = stack.enter_context(exchange_bucket())
        inference = stack.enter_context(live_server(container))
        environment = {
            **loopback(),
            "AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME": inference,
            "AWS_SM_EP": ENDPOINT,
            "OUT_S3_BUCKET_NAME": bucket.name,
            "GENAI_STUDIO_RECORDS_TABLE": table,
            "GENAI_STUDIO_QUEUE_URL": queue.url,
            "GENAI_STUDIO_DEAD_LETTER_QUEUE_URL": queue.dead_url,
            "GENAI_STUDIO_APPSYNC_URL": "http://127.0.0.1:9/graphql",
            "GENAI_STUDIO_SIGNING_KEY": a_signing_key(),
        }
        yield Account(PublishedRecords(table), bucket, queue, environment)


def resolver_event(
    field: str, selection: str, *, root: str = "Mutation", owner: Owner = ALICE, **arguments: Any
) -> dict[str, Any]:
    """Return the event that AppSync sends for a root field."""
    claims = {"sub": owner, "username": "alice", "token_use": "access", "exp": 4_102_444_800}
    return {
        "arguments": arguments,
        "identity": {"sub": owner, "username": "alice", "claims": claims},
        "info": {
            "parentTypeName": root,
            "fieldName": field,
            "variables": {},
            "selectionSetList": [],
            "selectionSetGraphQL": selection,
        },
        "request": {"headers": {}},
    }


async def test_appsync_accepts_generation(account: Account) -> None:
    event = resolver_event(
        "generateImage",
        "{ generation { id status model } userErrors { code } }",
        input={"prompt": "a red apple"},
    )

    result = await invoke("appsync", event, account.environment)

    assert result["userErrors"] == []
    assert result["generation"]["model"] == SD21
    stored = await account.stored(result["generation"]["id"])
    assert (stored.status, stored.request.prompt) == (Status.QUEUED, "a red apple")


async def test_appsync_rejects_live_drafts(account: Account) -> None:
    event = resolver_event(
        "draftImage", "{ draft { dataUrl } userErrors { code } }", input={"prompt": "an apple"}
    )

    result = await invoke("appsync", event, account.environment)

    assert result["userErrors"] == [{"code": "DRAFT_UNSUPPORTED", "__typename": "UserError"}]


async def test_worker_stores_images_of_jumpstart_endpoint(account: Account) -> None:
    generation = await account.queued(count=2, seed=11)
    account.work_queue.put(generation.ref)
    event = account.work_queue.receive()

    assert await invoke("worker", event, account.environment) == {"batchItemFailures": []}

    finished = await account.stored(generation.id)
    assert finished.status is Status.SUCCEEDED, finished.failure
    assert [image.seed for image in finished.images] == [11, 12]
    for image in finished.images:
        with Image.open(BytesIO(account.bucket.read(image.key))) as file:
            assert (file.format, file.size) == ("PNG", (256, 256))
            assert "parameters" in file.info


async def test_worker_publishes_progress_of_streaming_endpoint(
    account: Account,
) -> None:
    generation = await submit(
        account.records,
        a_generation(
            at=SystemClock().now(),
            request=a_request(model="builtin-emoji", width=128, height=128, steps=3),
        ),
    )
    account.work_queue.put(generation.ref)
    published: list[dict[str, Any]] = []

    async with served(recording_appsync(published).app) as address:
        environment = dict(account.environment) | {
            "GENAI_STUDIO_SAGEMAKER_MODEL": "builtin-emoji",
            "GENAI_STUDIO_SAGEMAKER_MODE": "streaming",
            "GENAI_STUDIO_APPSYNC_URL": f"http://{address}/graphql",
        }
        await invoke("worker", account.work_queue.receive(), environment)

    assert (await account.stored(generation.id)).status is Status.SUCCEEDED
    assert [one["progress"]["step"] for one in published][-1] == 3


async def test_publisher_publishes_stream_records(account: Account) -> None:
    generation = await account.queued()
    published: list[dict[str, Any]] = []

    async with served(recording_appsync(published).app) as address:
        environment = dict(account.environment) | {
            "GENAI_STUDIO_APPSYNC_URL": f"http://{address}/graphql"
        }
        table = environment["GENAI_STUDIO_RECORDS_TABLE"]
        result = await invoke("publisher", stream_event(table), environment)

    assert result == {"batchItemFailures": []}
    assert [(one["id"], one["status"]) for one in published] == [(generation.id, "QUEUED")]


async def test_sweeper_fails_dead_lettered_generation(account: Account) -> None:
    generation = await account.queued()
    account.work_queue.put_dead(json.dumps({"owner": ALICE, "id": generation.id}))

    assert await invoke("sweeper", {}, account.environment, seconds=55) is None

    failed = await account.stored(generation.id)
    assert failed.failure is not None
    assert failed.failure.code is FailureCode.UNDELIVERABLE


@pytest.fixture
def pool() -> UserPool:
    return a_user_pool()


@pytest.fixture
def of_pool(account: Account, pool: UserPool) -> dict[str, str]:
    return dict(account.environment) | {
        "GENAI_STUDIO_COGNITO_USER_POOL": pool.pool_id,
        "GENAI_STUDIO_COGNITO_CLIENT": pool.client_id,
        "GENAI_STUDIO_COGNITO_ENDPOINT": pool.endpoint,
    }


async def test_http_accepts_cognito_token(
    account: Account, pool: UserPool, of_pool: dict[str, str]
) -> None:
    token = sign_in(pool, "alice").access
    body = json.dumps({"query": "{ viewer { username } models { id } }"})
    headers = {"content_type": "application/json", "authorization": f"Bearer {token}"}

    result = await invoke(
        "http", api_gateway_event("POST", "/graphql", body=body, **headers), of_pool
    )

    assert result["statusCode"] == 200, result
    assert json.loads(result["body"])["data"] == {
        "viewer": {"username": "alice"},
        "models": [{"id": SD21}],
    }


async def test_http_serves_graphiql_and_requires_token_for_graphql(
    of_pool: dict[str, str],
) -> None:
    page = await invoke("http", api_gateway_event("GET", "/graphiql"), of_pool)
    body = json.dumps({"query": "{ viewer { username } }"})
    request = api_gateway_event("POST", "/graphql", body=body, content_type="application/json")
    response = await invoke("http", request, of_pool)

    assert page["headers"]["content-type"].startswith("text/html")
    assert response["statusCode"] == 401


async def test_presigned_url_serves_image(account: Account) -> None:
    generation = await account.queued()
    account.work_queue.put(generation.ref)
    await invoke("worker", account.work_queue.receive(), account.environment)
    event = resolver_event(
        "setFavorite", "{ generations { images { url } } }", ids=[generation.id], value=True
    )

    result = await invoke("appsync", event, account.environment)

    url = result["generations"][0]["images"][0]["url"]
    async with httpx.AsyncClient(trust_env=False) as http:
        response = await http.get(url)
    assert (response.status_code, response.headers["content-type"]) == (200, "image/png")


async def test_verifier_and_http_validate_signature_of_image(
    account: Account, pool: UserPool, of_pool: dict[str, str]
) -> None:
    tokens = sign_in(pool, "alice")
    owner = Owner(jwt.decode(tokens.access, options={"verify_signature": False})["sub"])
    generation = await account.queued(owner=owner)
    account.work_queue.put(generation.ref)
    await invoke("worker", account.work_queue.receive(), account.environment)
    image = f"{generation.id}/0"

    async def from_verifier(caller: Owner) -> Any:
        event = resolver_event(
            "imageCredentials", "{ status problems }", root="Query", owner=caller, id=image
        )
        return await invoke("verifier", event, account.environment)

    async def from_http() -> Any:
        query = f'{{ imageCredentials(id: "{image}") {{ status problems }} }}'
        headers = {
            "content_type": "application/json",
            "authorization": f"Bearer {tokens.access}",
        }
        body = json.dumps({"query": query})
        event = api_gateway_event("POST", "/graphql", body=body, **headers)
        result = await invoke("http", event, of_pool)
        return json.loads(result["body"])["data"]["imageCredentials"]

    found = await from_verifier(owner)
    assert (found["status"], found["problems"]) == ("TRUSTED", [])
    assert await from_http() == {"status": "TRUSTED", "problems": []}
    assert await from_verifier(BOB) is None


def recording_appsync(published: list[dict[str, Any]]) -> AppSync:
    """Return an emulator of AppSync that records published events."""

    class RecordingAppSync(AppSync):
        async def execute(self, caller: Any, request: Any) -> dict[str, Any]:
            published.append(json.loads(request.variables["generation"]))
            return await super().execute(caller, request)

    async def no_function(event: Mapping[str, Any]) -> Any:
        raise AssertionError("This test must not invoke a resolver function.")

    return RecordingAppSync(verify_fake_token, no_function)
