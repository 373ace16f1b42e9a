"""What the studio tells AppSync: signed, every field of it, and not more often than is worth it."""

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

from genai_studio.aws.events.publisher import ATTEMPTS, AppSyncEvents
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
SECRET_PROMPT = "a prompt that is nobody's business"


class Api:
    """Takes what is posted to it on loopback, if its signature is right."""

    def __init__(self) -> None:
        self.url = ""
        self.told: list[dict[str, Any]] = []
        self.answers: list[tuple[int, bytes]] = []
        self.requests = 0
        self.largest = 0

    def take(self, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        self.requests += 1
        self.largest = max(self.largest, len(body))
        if not self._is_signed(headers, body):
            return 403, b'{"errors": [{"errorType": "UnrecognizedClientException"}]}'
        if self.answers:
            return self.answers.pop(0)
        content = json.loads(body)
        assert content["query"] == publish_mutation()
        self.told.append(json.loads(content["variables"]["generation"]))
        return 200, b'{"data": {"publishGeneration": {}}}'

    def _is_signed(self, headers: dict[str, str], body: bytes) -> bool:
        """Sign the same request again, as AWS does, and compare."""
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
    taking = Api()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, answer = taking.take(headers, body)
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    taking.url = f"http://127.0.0.1:{server.server_port}/graphql"
    yield taking
    server.shutdown()
    thread.join()
    server.server_close()


def events(api: Api, clock: ManualClock, credentials: Credentials = CREDENTIALS) -> AppSyncEvents:
    studio = a_studio().studio

    async def shown(event: GenerationEvent) -> dict[str, Any]:
        return await published_generation(studio, event)

    return AppSyncEvents(api.url, REGION, credentials, clock, publish_mutation(), shown)


def told(generation: Generation, step: int, steps: int = 100) -> GenerationEvent:
    return GenerationEvent(generation, Progress(attempt=1, step=step, steps=steps))


def steps_of(api: Api) -> list[int | None]:
    return [one["progress"] and one["progress"]["step"] for one in api.told]


async def settle(api: Api, count: int) -> None:
    """Wait until so many were told; by a server in a thread, so there is no event to wait for."""
    async with asyncio.timeout(5):
        while len(api.told) < count:  # noqa: ASYNC110
            await asyncio.sleep(0.005)


async def test_a_record_is_told_with_every_field(api: Api) -> None:
    finished = succeeded(a_generation(request=a_request(SECRET_PROMPT, count=2)))

    await events(api, ManualClock()).publish(GenerationEvent(finished))

    (sent,) = api.told
    assert sent["id"] == finished.id
    assert sent["owner"] == finished.owner
    assert sent["prompt"] == SECRET_PROMPT
    assert sent["createdAt"] == "2026-05-04T12:00:00.000Z"
    assert [image["seed"] for image in sent["images"]] == [7, 8]
    assert all(image["url"] and image["expiresAt"] for image in sent["images"])
    assert sent["progress"] is None


async def test_the_longest_prompt_fits_into_what_appsync_takes(api: Api) -> None:
    request = a_request("長" * 10_000, negative_prompt="短" * 10_000, count=8)

    await events(api, ManualClock()).publish(
        GenerationEvent(succeeded(a_generation(request=request)))
    )

    assert api.largest < 120_000, "half of 240 KB: links with a session token are longer"
    assert api.told[0]["prompt"] == request.prompt


def test_the_published_document_selects_every_field_at_every_depth() -> None:
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

    def demand_all(of: Any, selections: Any) -> None:
        named = get_named_type(of)
        if not isinstance(named, GraphQLObjectType):
            assert selections is None
            return
        chosen = {one.name.value: one.selection_set for one in selections.selections}
        assert chosen.keys() == named.fields.keys()
        for name, field in named.fields.items():
            demand_all(field.type, chosen[name])

    demand_all(mutation.fields["publishGeneration"].type, root.selection_set)


async def test_a_request_with_another_secret_is_refused_and_says_so(api: Api) -> None:
    forger = events(api, ManualClock(), Credentials("AKIDEXAMPLE", "another", "a session token"))

    with pytest.raises(StudioUnavailable, match="403: UnrecognizedClientException"):
        await forger.publish(GenerationEvent(a_generation()))

    assert api.requests == 1


async def test_an_answer_that_is_late_or_broken_is_tried_again(api: Api) -> None:
    api.answers = [(503, b""), (429, b"slow down")]

    await events(api, ManualClock()).publish(GenerationEvent(a_generation()))

    assert len(api.told) == 1


async def test_an_api_that_never_answers_is_told_as_unavailable(api: Api) -> None:
    api.answers = [(500, b"")] * 10

    with pytest.raises(StudioUnavailable, match="does not answer"):
        await events(api, ManualClock()).publish(GenerationEvent(a_generation()))

    assert api.requests == ATTEMPTS


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (200, {"errors": [{"errorType": "MappingTemplate", "message": SECRET_PROMPT}]}),
        (400, {"errors": [{"errorType": "BadRequest", "message": SECRET_PROMPT}]}),
        (400, {"message": SECRET_PROMPT}),
    ],
)
async def test_a_refusal_is_an_error_that_quotes_nothing(
    api: Api, status: int, answer: dict[str, Any]
) -> None:
    api.answers = [(status, json.dumps(answer).encode())]

    with pytest.raises(StudioUnavailable) as refused:
        await events(api, ManualClock()).publish(
            GenerationEvent(a_generation(prompt=SECRET_PROMPT))
        )

    assert SECRET_PROMPT not in str(refused.value)
    assert refused.value.__cause__ is None


async def test_of_progress_one_a_second_is_told_and_the_newest_of_it(api: Api) -> None:
    clock = ManualClock()
    publishing = events(api, clock)
    generation = a_generation()

    for step in range(1, 10):
        await publishing.publish(told(generation, step))
    assert steps_of(api) == [1]
    await asyncio.sleep(0)
    clock.advance(1)
    await settle(api, 2)
    assert steps_of(api) == [1, 9]

    await publishing.publish(told(generation, 10))
    assert steps_of(api) == [1, 9]
    await asyncio.sleep(0)
    clock.advance(1)
    await settle(api, 3)
    assert steps_of(api) == [1, 9, 10]


async def test_the_last_step_waits_for_nothing(api: Api) -> None:
    publishing = events(api, ManualClock())
    generation = a_generation()

    for step in (1, 2, 100):
        await publishing.publish(told(generation, step))

    assert steps_of(api) == [1, 100]


async def test_each_generation_has_its_own_pace(api: Api) -> None:
    publishing = events(api, ManualClock())

    for _ in range(3):
        await publishing.publish(told(a_generation(), 1))

    assert len(api.told) == 3


async def test_what_waits_is_told_before_the_end(api: Api) -> None:
    publishing = events(api, ManualClock())
    generation = a_generation()
    await publishing.publish(told(generation, 1))
    await publishing.publish(told(generation, 2))

    await publishing.aclose()

    assert steps_of(api) == [1, 2]


async def test_records_are_never_held_back(api: Api) -> None:
    publishing = events(api, ManualClock())
    generation = a_generation()
    await publishing.publish(told(generation, 1))

    for version in (2, 3, 4):
        await publishing.publish(GenerationEvent(replace(generation, version=version)))

    assert [one["version"] for one in api.told] == [1, 2, 3, 4]
