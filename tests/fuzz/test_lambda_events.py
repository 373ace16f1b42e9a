"""Events of AppSync, SQS, SNS, S3 and DynamoDB Streams, and stored documents."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from datetime import timedelta
from typing import Any, cast

from hypothesis import strategies as st

from genai_studio.aws.queue import messages
from genai_studio.aws.queue.messages import InvalidMessage
from genai_studio.aws.records.generations import to_item
from genai_studio.catalog_file import read_models
from genai_studio.domain import document
from genai_studio.domain.catalog import Catalog
from genai_studio.domain.document import UnreadableDocument
from genai_studio.hosts.aws.appsync import resolve
from genai_studio.hosts.aws.worker import Worker
from genai_studio.ports import AnswerNotice
from genai_studio.sagemaker.exchange import Exchange
from genai_studio.sagemaker.notices import parse_notices
from tests.builders import ALICE, ManualClock, a_generation, succeeded
from tests.fakes.studio import a_studio
from tests.fuzz.fuzzing import assert_bounded_cost, fuzz, no_bug_logged, repeat
from tests.fuzz.inputs import JSON_VALUES, TEXTS, mutated_bytes, mutated_json, mutated_text
from tests.servers.async_inference import sns_event

GENERATION = succeeded(a_generation())
ID = GENERATION.id
CATALOG = Catalog(read_models())
PREFIX = f"s3://studio/async/{ALICE}/{ID}/3"

APPSYNC_ARGUMENTS: tuple[tuple[str, str, dict[str, Any], str], ...] = (
    ("Query", "generation", {"id": ID}, "{ id prompt images { seed url } }"),
    (
        "Query",
        "generations",
        {"first": 10, "after": None, "filter": {"text": "red", "statuses": ["SUCCEEDED"]}},
        "{ edges { cursor node { id ...G } } pageInfo { endCursor } }",
    ),
    ("Query", "models", {}, "{ id limits { width { min } } }"),
    (
        "Mutation",
        "generateImage",
        {"input": {"prompt": "a red apple", "width": 512, "seed": 7}},
        "{ generation { id } userErrors { code message path } }",
    ),
    ("Mutation", "deleteGenerations", {"ids": [ID]}, "{ userErrors { code } }"),
)
"""Parent type, field, arguments and selection."""


def an_appsync_event(part: tuple[str, str, dict[str, Any], str]) -> dict[str, Any]:
    parent, field, arguments, selection = part
    return {
        "arguments": arguments,
        "identity": {"claims": {"sub": ALICE, "token_use": "access", "username": "alice"}},
        "info": {
            "parentTypeName": parent,
            "fieldName": field,
            "selectionSetGraphQL": selection,
            "variables": {},
        },
    }


@st.composite
def appsync_events(draw: st.DrawFn) -> dict[str, Any]:
    """Generate what a user controls: the arguments, but no other part of the event."""
    parent, field, arguments, selection = draw(st.sampled_from(APPSYNC_ARGUMENTS))
    changed = draw(st.just(arguments) | mutated_json((arguments,)))
    # AppSync rejects unknown arguments before it calls the function.
    known = (
        {name: changed[name] for name in arguments if name in changed}
        if isinstance(changed, dict)
        else arguments
    )
    return an_appsync_event((parent, field, known, selection))


TYPED = {None, "BAD_REQUEST", "INVALID_INPUT", "DOCUMENT_TOO_LARGE", "RATE_LIMITED"}


@fuzz(appsync_events(), examples=150)
def test_appsync_arguments(event: dict[str, Any]) -> None:
    with no_bug_logged():
        code = None
        try:
            asyncio.run(resolve(a_studio(catalog=CATALOG).studio, event))
        except Exception as error:
            code = type(error).__name__
        assert code in TYPED


class NullQueue:
    """A queue that accepts every call."""

    async def send(self, *_: Any) -> None: ...

    async def set_visibility_timeout(self, *_: Any) -> None: ...


class NullRunner:
    """A runner that must only see valid references."""

    async def process(self, ref: Any) -> Any:
        messages.decode(messages.encode(ref))
        return GENERATION


async def flush() -> None:
    """Do nothing."""


BODY = {"owner": ALICE, "id": ID}
BODIES = (
    mutated_text(json.dumps(BODY))
    | mutated_json((BODY,)).map(json.dumps)
    | JSON_VALUES.map(json.dumps)
    | TEXTS
)


@fuzz(BODIES)
def test_sqs_message(body: str) -> None:
    worker = Worker(
        NullRunner(), cast("Any", NullQueue()), ManualClock(), timedelta(minutes=1), flush
    )
    event = {
        "Records": [
            {
                "messageId": "1",
                "receiptHandle": "1",
                "body": body,
                "attributes": {"ApproximateReceiveCount": "3"},
            }
        ]
    }
    try:
        messages.decode(body)
        expected: list[Any] = []
    except InvalidMessage:
        expected = [{"itemIdentifier": "1"}]
    with no_bug_logged():
        result = asyncio.run(worker.work(event, lambda: timedelta(minutes=10)))
    assert result == {"batchItemFailures": expected}


RESULT: dict[str, Any] = {
    "invocationStatus": "Completed",
    "requestParameters": {"endpointName": "sd", "inputLocation": f"{PREFIX}/1.json"},
    "responseParameters": {"outputLocation": f"{PREFIX}/1.out"},
    "failureReason": None,
    "inferenceId": f"{ID}-3-1",
}
S3_EVENT: dict[str, Any] = {
    "Records": [
        {
            "eventName": "ObjectCreated:Put",
            "s3": {
                "bucket": {"name": "studio"},
                "object": {"key": PREFIX.removeprefix("s3://studio/") + "/1.out"},
            },
        }
    ]
}
EXCHANGE = Exchange(cast("Any", None), "studio")


def check_notices(event: dict[str, Any]) -> None:
    for notice in parse_notices(event, EXCHANGE):
        assert isinstance(notice, AnswerNotice)
        assert 1 <= notice.fence < 10**9


@fuzz(mutated_json((RESULT,)) | JSON_VALUES)
def test_sns_notification(result: Any) -> None:
    check_notices(sns_event(result))


@fuzz(mutated_text(json.dumps(RESULT)))
def test_sns_text(text: str) -> None:
    check_notices({"Records": [{"Sns": {"Message": text}}]})


@fuzz(mutated_json((S3_EVENT["Records"][0],)))
def test_s3_notification(record: Any) -> None:
    check_notices({"Records": [record if isinstance(record, dict) else {}]})


STORED = document.encode(GENERATION)


def read_document(text: bytes | str) -> None:
    with suppress(UnreadableDocument):
        document.decode(text)


@fuzz(mutated_bytes((STORED,)) | mutated_json((json.loads(STORED),)).map(json.dumps))
def test_stored_document(text: bytes | str) -> None:
    read_document(text)


def test_cost_of_events() -> None:
    def sqs(body: str) -> None:
        with suppress(InvalidMessage):
            messages.decode(body)

    for text in ("[", '{"owner":', "9", "\u0301"):
        make = repeat(text)
        assert_bounded_cost(sqs, make, 256_000)
        assert_bounded_cost(
            lambda text: check_notices({"Records": [{"Sns": {"Message": text}}]}), make, 256_000
        )
        assert_bounded_cost(read_document, make, 400_000)
    assert to_item(GENERATION)["document"]["S"].encode() == STORED
