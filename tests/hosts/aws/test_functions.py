"""Every function of the account, from its variables to its answer, over real servers.

Each call starts a process of its own, as a cold start does. The rehearsal puts
the same functions together; here each is alone with what it was given.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import httpx
import pytest
from PIL import Image

from genai_studio.aws.user_pool import UserPool
from genai_studio.bootstrap.aws import (
    api_studio,
    completion_parts,
    http_parts,
    publisher_parts,
    sweeper_parts,
    worker_parts,
)
from genai_studio.domain.errors import StudioUnavailable
from genai_studio.domain.failure import FailureCode
from genai_studio.domain.generation import Generation, Status
from genai_studio.domain.identity import Owner
from genai_studio.inference.http.app import create_app
from genai_studio.inference.sampling.served_model import ModelRegistry, ServedModel
from genai_studio.settings import Settings, read_settings
from genai_studio.system_clock import SystemClock
from tests.builders import ALICE, a_generation, a_request, submit
from tests.hosts.asgi.uvicorn_server import served
from tests.hosts.aws.support.lambda_function import FunctionError, invoke, loopback
from tests.hosts.aws.test_publisher import stream_event
from tests.hosts.suite.appsync_host import verify_by_heart
from tests.hosts.suite.lambda_http_host import api_gateway_event
from tests.servers.appsync.app import AppSync
from tests.servers.processes.server import ACCESS_KEY, SECRET_KEY
from tests.servers.resources.exchange_bucket import ExchangeBucket, exchange_bucket
from tests.servers.resources.records_table import PublishedRecords, records_table
from tests.servers.resources.user_pool import a_user_pool, sign_in
from tests.servers.resources.work_queue import WorkQueue, work_queue
from tests.serving.live_server import live_server
from tests.serving.toy_pipeline import ToyPipeline

pytestmark = pytest.mark.anyio

SD21 = "stable-diffusion-2-1-base"
ENDPOINT = "jumpstart-sd21"


@dataclass(frozen=True)
class Account:
    """What was deployed, on this machine.

    Attributes:
        environment: The variables of a JumpStart endpoint: its name and a bucket.
    """

    records: PublishedRecords
    bucket: ExchangeBucket
    work_queue: WorkQueue
    environment: Mapping[str, str]

    async def queued(self, **fields: Any) -> Generation:
        request = a_request(model=SD21, width=256, height=256, steps=2, **fields)
        return await submit(self.records, a_generation(at=SystemClock().now(), request=request))

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
        }
        yield Account(PublishedRecords(table), bucket, queue, environment)


def resolver_event(field: str, selection: str, **arguments: Any) -> dict[str, Any]:
    """What AppSync sends for Alice's field of a mutation."""
    claims = {"sub": ALICE, "username": "alice", "token_use": "access", "exp": 4_102_444_800}
    return {
        "arguments": arguments,
        "identity": {"sub": ALICE, "username": "alice", "claims": claims},
        "info": {
            "parentTypeName": "Mutation",
            "fieldName": field,
            "variables": {},
            "selectionSetList": [],
            "selectionSetGraphQL": selection,
        },
        "request": {"headers": {}},
    }


async def test_appsync_accepts_a_image_with_two_names_and_a_table(account: Account) -> None:
    event = resolver_event(
        "generateImage",
        "{ generation { id status model } userErrors { code } }",
        input={"prompt": "a red apple"},
    )

    answer = await invoke("appsync", event, account.environment)

    assert answer["userErrors"] == []
    assert answer["generation"]["model"] == SD21
    stored = await account.stored(answer["generation"]["id"])
    assert (stored.status, stored.request.prompt) == (Status.QUEUED, "a red apple")


async def test_appsync_refuses_live_drafts_of_an_account(account: Account) -> None:
    event = resolver_event(
        "draftImage", "{ draft { dataUrl } userErrors { code } }", input={"prompt": "an apple"}
    )

    answer = await invoke("appsync", event, account.environment)

    assert answer["userErrors"] == [{"code": "DRAFT_UNSUPPORTED", "__typename": "UserError"}]


async def test_the_worker_draws_at_a_jumpstart_endpoint_and_stores_in_s3(account: Account) -> None:
    generation = await account.queued(count=2, seed=11)
    account.work_queue.put(generation.ref)
    event = account.work_queue.receive()

    assert await invoke("worker", event, account.environment) == {"batchItemFailures": []}

    finished = await account.stored(generation.id)
    assert finished.status is Status.SUCCEEDED, finished.failure
    assert [image.seed for image in finished.images] == [11, 12]
    for image in finished.images:
        with Image.open(BytesIO(account.bucket.read(image.key))) as drawn:
            assert (drawn.format, drawn.size) == ("PNG", (256, 256))
            assert "parameters" in drawn.info


async def test_the_worker_tells_appsync_of_each_step_of_an_endpoint_that_streams(
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
    told: list[dict[str, Any]] = []

    async with served(told_to(told).app) as address:
        environment = account.environment | {
            "GENAI_STUDIO_SAGEMAKER_MODEL": "builtin-emoji",
            "GENAI_STUDIO_SAGEMAKER_MODE": "streaming",
            "GENAI_STUDIO_APPSYNC_URL": f"http://{address}/graphql",
        }
        await invoke("worker", account.work_queue.receive(), environment)

    assert (await account.stored(generation.id)).status is Status.SUCCEEDED
    assert [one["progress"]["step"] for one in told][-1] == 3


async def test_the_publisher_tells_appsync_what_the_stream_tells(account: Account) -> None:
    generation = await account.queued()
    told: list[dict[str, Any]] = []

    async with served(told_to(told).app) as address:
        environment = account.environment | {
            "GENAI_STUDIO_APPSYNC_URL": f"http://{address}/graphql"
        }
        table = environment["GENAI_STUDIO_RECORDS_TABLE"]
        answer = await invoke("publisher", stream_event(table), environment)

    assert answer == {"batchItemFailures": []}
    assert [(one["id"], one["status"]) for one in told] == [(generation.id, "QUEUED")]


async def test_the_sweeper_gives_up_what_landed_in_the_dead_letter_queue(account: Account) -> None:
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
    return account.environment | {
        "GENAI_STUDIO_COGNITO_USER_POOL": pool.pool_id,
        "GENAI_STUDIO_COGNITO_CLIENT": pool.client_id,
        "GENAI_STUDIO_COGNITO_ENDPOINT": pool.endpoint,
    }


async def test_http_answers_who_is_signed_in_at_cognito(
    account: Account, pool: UserPool, of_pool: dict[str, str]
) -> None:
    token = sign_in(pool, "alice").access
    body = json.dumps({"query": "{ viewer { username } models { id } }"})
    asked = {"content_type": "application/json", "authorization": f"Bearer {token}"}

    answer = await invoke(
        "http", api_gateway_event("POST", "/graphql", body=body, **asked), of_pool
    )

    assert answer["statusCode"] == 200, answer
    assert json.loads(answer["body"])["data"] == {
        "viewer": {"username": "alice"},
        "models": [{"id": SD21}],
    }


async def test_http_shows_graphiql_to_everybody_and_graphql_to_nobody_else(
    of_pool: dict[str, str],
) -> None:
    page = await invoke("http", api_gateway_event("GET", "/graphiql"), of_pool)
    body = json.dumps({"query": "{ viewer { username } }"})
    asked = api_gateway_event("POST", "/graphql", body=body, content_type="application/json")
    refused = await invoke("http", asked, of_pool)

    assert page["headers"]["content-type"].startswith("text/html")
    assert refused["statusCode"] == 401


async def test_a_link_that_a_function_signed_leads_to_the_image(account: Account) -> None:
    generation = await account.queued()
    account.work_queue.put(generation.ref)
    await invoke("worker", account.work_queue.receive(), account.environment)
    event = resolver_event(
        "setFavorite", "{ generations { images { url } } }", ids=[generation.id], value=True
    )

    answer = await invoke("appsync", event, account.environment)

    url = answer["generations"][0]["images"][0]["url"]
    async with httpx.AsyncClient(trust_env=False) as http:
        drawn = await http.get(url)
    assert (drawn.status_code, drawn.headers["content-type"]) == (200, "image/png")


NEEDED: dict[Callable[[Settings], object], tuple[str, ...]] = {
    api_studio: ("AWS_SM_EP", "OUT_S3_BUCKET_NAME", "GENAI_STUDIO_RECORDS_TABLE"),
    http_parts: (
        "AWS_SM_EP",
        "OUT_S3_BUCKET_NAME",
        "GENAI_STUDIO_RECORDS_TABLE",
        "GENAI_STUDIO_COGNITO_USER_POOL",
        "GENAI_STUDIO_COGNITO_CLIENT",
    ),
    publisher_parts: (
        "OUT_S3_BUCKET_NAME",
        "GENAI_STUDIO_RECORDS_TABLE",
        "GENAI_STUDIO_APPSYNC_URL",
    ),
    worker_parts: (
        "AWS_SM_EP",
        "OUT_S3_BUCKET_NAME",
        "GENAI_STUDIO_RECORDS_TABLE",
        "GENAI_STUDIO_APPSYNC_URL",
        "GENAI_STUDIO_QUEUE_URL",
    ),
    completion_parts: ("AWS_SM_EP", "OUT_S3_BUCKET_NAME", "GENAI_STUDIO_RECORDS_TABLE"),
    sweeper_parts: ("GENAI_STUDIO_RECORDS_TABLE", "GENAI_STUDIO_DEAD_LETTER_QUEUE_URL"),
}
"""What each function needs, beside the region that Lambda itself tells."""

ANY = {
    "AWS_REGION": "eu-central-1",
    "AWS_SM_EP": "sd21",
    "OUT_S3_BUCKET_NAME": "images",
    "GENAI_STUDIO_RECORDS_TABLE": "records",
    "GENAI_STUDIO_APPSYNC_URL": "https://api.example/graphql",
    "GENAI_STUDIO_QUEUE_URL": "https://sqs.example/1/queue",
    "GENAI_STUDIO_DEAD_LETTER_QUEUE_URL": "https://sqs.example/1/dead",
    "GENAI_STUDIO_COGNITO_USER_POOL": "eu-central-1_Ab12Cd34E",
    "GENAI_STUDIO_COGNITO_CLIENT": "client",
}


@pytest.fixture
def signed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCESS_KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET_KEY)


@pytest.mark.usefixtures("signed_in")
@pytest.mark.parametrize("wire", NEEDED)
def test_a_function_needs_its_variables_and_names_the_one_that_is_missing(
    wire: Callable[[Settings], object],
) -> None:
    needed = ("AWS_REGION", *NEEDED[wire])
    whole = {name: ANY[name] for name in needed}
    wire(read_settings(whole))

    for missing in needed:
        without = {name: value for name, value in whole.items() if name != missing}
        with pytest.raises(StudioUnavailable, match=missing):
            wire(read_settings(without))


@pytest.mark.usefixtures("signed_in")
def test_a_sweeper_whose_endpoint_answers_later_calls_workers_by_the_queue() -> None:
    """A lease that ended may mean a lost notice: the worker looks, which has Pillow."""
    environment = ANY | {"GENAI_STUDIO_SAGEMAKER_MODE": "async"}
    sweeper_parts(read_settings(environment))

    del environment["GENAI_STUDIO_QUEUE_URL"]
    with pytest.raises(StudioUnavailable, match="GENAI_STUDIO_QUEUE_URL"):
        sweeper_parts(read_settings(environment))


@pytest.mark.usefixtures("signed_in")
def test_a_model_that_cannot_stream_is_refused_at_the_start() -> None:
    with pytest.raises(StudioUnavailable, match="cannot stream"):
        worker_parts(read_settings(ANY | {"GENAI_STUDIO_SAGEMAKER_MODE": "streaming"}))


async def test_a_function_that_cannot_start_says_why() -> None:
    with pytest.raises(FunctionError) as failed:
        await invoke("worker", {}, {})

    last = str(failed.value).strip().splitlines()[-1]
    assert "StudioUnavailable: GENAI_STUDIO_QUEUE_URL is not set" in last


def told_to(told: list[dict[str, Any]]) -> AppSync:
    """The emulator of AppSync, which notes what is published."""

    class Noting(AppSync):
        async def execute(self, caller: Any, request: Any) -> dict[str, Any]:
            told.append(json.loads(request.variables["generation"]))
            return await super().execute(caller, request)

    async def no_function(event: Mapping[str, Any]) -> Any:
        raise AssertionError("Nothing is resolved by a function here.")

    return Noting(verify_by_heart, no_function)
