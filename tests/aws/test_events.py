"""Events published to AppSync are signed and complete, and progress is throttled."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from graphql import GraphQLObjectType, build_schema, get_named_type, parse, validate

from genai_studio.aws.events.publisher import MAX_ATTEMPTS, AppSyncPublisher
from genai_studio.domain.errors import StudioUnavailable
from genai_studio.domain.generation import Generation, Progress
from genai_studio.ports import GenerationEvent
from genai_studio.schema.documents.publication import publish_mutation, published_generation
from tests.builders import ManualClock, a_generation, a_request, succeeded
from tests.fakes.studio import a_studio
from tests.servers.processes.server import ROOT

pytestmark = pytest.mark.anyio

REGION = "eu-central-1"
CREDENTIALS = Credentials("AKIDEXAMPLE", "a secret", "a session token")
SECRET_PROMPT = "a confidential prompt"


class Api:
    """A server on loopback that records published events with a valid signature."""

    def __init__(self) -> None:
        self.url = ""
        self.published: list[dict[str, Any]] = []
        self.responses: list[tuple[int, bytes]] = []
        self.requests = 0
        self.largest = 0

    def handle(self, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        self.requests += 1
        self.largest = max(self.largest, len(body))
        if not self._is_signed(headers, body):
            return 403, b'{"errors": [{"errorType": "UnrecognizedClientException"}]}'
        if self.responses:
            return self.responses.pop(0)
        content = json.loads(body)
        assert content["query"] == publish_mutation()
        self.published.append(json.loads(content["variables"]["generation"]))
        return 200, b'{"data": {"publishGeneration": {}}}'

    def _is_signed(self, headers: dict[str, str], body: bytes) -> bool:
        """Sign the request again, as AWS does, and compare the signatures."""
        given = headers["authorization"]
        names = given.partition("SignedHeaders=")[2].partition(",")[0].split(";")
        assert {"host", "content-type", "x-amz-date", "x-amz-security-token"} <= set(names)
        request = AWSRequest("POST", self.url, {name: headers[name] for name in names}, body)
        request.context["timestamp"] = headers["x-amz-date"]
        signer = SigV4Auth(CREDENTIALS, "appsync", REGION)
        signature = signer.signature(
            signer.string_to_sign(request, signer.canonical_request(request)), request
        )
        return given.endswith(f"Signature={signature}") and f"/{REGION}/appsync/" in given


@pytest.fixture
def api() -> Iterator[Api]:
    api = Api()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, response = api.handle(headers, body)
            self.send_response(status)
            self.send_header("Content-Length", str(len(response)))
            self.end_headers()
            self.wfile.write(response)

        def log_message(self, *arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    api.url = f"http://127.0.0.1:{server.server_port}/graphql"
    yield api
    server.shutdown()
    thread.join()
    server.server_close()


def events(
    api: Api, clock: ManualClock, credentials: Credentials = CREDENTIALS
) -> AppSyncPublisher:
    studio = a_studio().studio

    async def serialize(event: GenerationEvent) -> dict[str, Any]:
        return await published_generation(studio, event)

    return AppSyncPublisher(api.url, REGION, credentials, clock, publish_mutation(), serialize)


def progress_event(generation: Generation, step: int, steps: int = 100) -> GenerationEvent:
    return GenerationEvent(generation, Progress(attempt=1, step=step, steps=steps))


def published_steps(api: Api) -> list[int | None]:
    return [one["progress"] and one["progress"]["step"] for one in api.published]


async def settle(api: Api, count: int) -> None:
    """Wait until `count` events are published. Polls, because the server runs in a thread."""
    async with asyncio.timeout(5):
        while len(api.published) < count:  # noqa: ASYNC110
            await asyncio.sleep(0.005)


async def test_record_is_published_with_all_fields(api: Api) -> None:
    finished = succeeded(a_generation(request=a_request(SECRET_PROMPT, count=2)))

    await events(api, ManualClock()).publish(GenerationEvent(finished))

    (sent,) = api.published
    assert sent["id"] == finished.id
    assert sent["owner"] == finished.owner
    assert sent["prompt"] == SECRET_PROMPT
    assert sent["createdAt"] == "2026-05-04T12:00:00.000Z"
    assert [image["seed"] for image in sent["images"]] == [7, 8]
    assert all(image["url"] and image["expiresAt"] for image in sent["images"])
    assert sent["progress"] is None


async def test_longest_prompt_fits_appsync_size_limit(api: Api) -> None:
    request = a_request("長" * 10_000, negative_prompt="短" * 10_000, count=8)

    await events(api, ManualClock()).publish(
        GenerationEvent(succeeded(a_generation(request=request)))
    )

    assert api.largest < 120_000, "half of 240 KB; URLs with a session token are longer"
    assert api.published[0]["prompt"] == request.prompt


def test_publish_document_selects_all_fields() -> None:
    contract = build_schema(
        (ROOT / "graphql" / "appsync.prelude.graphql").read_text("utf-8")
        + (ROOT / "graphql" / "schema.graphql").read_text("utf-8")
    )
    document = parse(publish_mutation())

    assert validate(contract, document) == []
    mutation = contract.mutation_type
    assert mutation is not None
    (definition,) = document.definitions
    root = definition.selection_set.selections[0]  # type: ignore[attr-defined]

    def assert_all_fields(of: Any, selections: Any) -> None:
        named = get_named_type(of)
        if not isinstance(named, GraphQLObjectType):
            assert selections is None
            return
        chosen = {one.name.value: one.selection_set for one in selections.selections}
        assert chosen.keys() == named.fields.keys()
        for name, field in named.fields.items():
            assert_all_fields(field.type, chosen[name])

    assert_all_fields(mutation.fields["publishGeneration"].type, root.selection_set)


async def test_wrong_signature_raises_unavailable_without_retry(api: Api) -> None:
    forger = events(api, ManualClock(), Credentials("AKIDEXAMPLE", "another", "a session token"))

    with pytest.raises(StudioUnavailable, match="403: UnrecognizedClientException"):
        await forger.publish(GenerationEvent(a_generation()))

    assert api.requests == 1


async def test_retryable_status_is_retried(api: Api) -> None:
    api.responses = [(503, b""), (429, b"slow down")]

    await events(api, ManualClock()).publish(GenerationEvent(a_generation()))

    assert len(api.published) == 1


async def test_publish_raises_unavailable_after_max_attempts(api: Api) -> None:
    api.responses = [(500, b"")] * 10

    with pytest.raises(StudioUnavailable, match="does not respond"):
        await events(api, ManualClock()).publish(GenerationEvent(a_generation()))

    assert api.requests == MAX_ATTEMPTS


@pytest.mark.parametrize(
    ("status", "response"),
    [
        (200, {"errors": [{"errorType": "MappingTemplate", "message": SECRET_PROMPT}]}),
        (400, {"errors": [{"errorType": "BadRequest", "message": SECRET_PROMPT}]}),
        (400, {"message": SECRET_PROMPT}),
    ],
)
async def test_error_message_does_not_quote_prompt(
    api: Api, status: int, response: dict[str, Any]
) -> None:
    api.responses = [(status, json.dumps(response).encode())]

    with pytest.raises(StudioUnavailable) as rejected:
        await events(api, ManualClock()).publish(
            GenerationEvent(a_generation(prompt=SECRET_PROMPT))
        )

    assert SECRET_PROMPT not in str(rejected.value)
    assert rejected.value.__cause__ is None


async def test_newest_progress_is_published_once_per_second(api: Api) -> None:
    clock = ManualClock()
    publisher = events(api, clock)
    generation = a_generation()

    for step in range(1, 10):
        await publisher.publish(progress_event(generation, step))
    assert published_steps(api) == [1]
    await asyncio.sleep(0)
    clock.advance(1)
    await settle(api, 2)
    assert published_steps(api) == [1, 9]

    await publisher.publish(progress_event(generation, 10))
    assert published_steps(api) == [1, 9]
    await asyncio.sleep(0)
    clock.advance(1)
    await settle(api, 3)
    assert published_steps(api) == [1, 9, 10]


async def test_last_step_is_published_at_once(api: Api) -> None:
    publisher = events(api, ManualClock())
    generation = a_generation()

    for step in (1, 2, 100):
        await publisher.publish(progress_event(generation, step))

    assert published_steps(api) == [1, 100]


async def test_throttle_is_per_generation(api: Api) -> None:
    publisher = events(api, ManualClock())

    for _ in range(3):
        await publisher.publish(progress_event(a_generation(), 1))

    assert len(api.published) == 3


async def test_close_flushes_pending_progress(api: Api) -> None:
    publisher = events(api, ManualClock())
    generation = a_generation()
    await publisher.publish(progress_event(generation, 1))
    await publisher.publish(progress_event(generation, 2))

    await publisher.aclose()

    assert published_steps(api) == [1, 2]


async def test_records_are_not_throttled(api: Api) -> None:
    publisher = events(api, ManualClock())
    generation = a_generation()
    await publisher.publish(progress_event(generation, 1))

    for version in (2, 3, 4):
        await publisher.publish(GenerationEvent(replace(generation, version=version)))

    assert [one["version"] for one in api.published] == [1, 2, 3, 4]
