"""Values that the resolvers of root fields could return, with faults at random places."""

from __future__ import annotations

import asyncio
from collections.abc import Generator, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from enum import Enum
from random import Random
from typing import Any
from uuid import UUID

import strawberry
from graphql import GraphQLError, Undefined

from genai_studio.catalog_file import read_models
from genai_studio.domain import generation as domain
from genai_studio.domain.errors import ErrorCode
from genai_studio.domain.failure import Failure, FailureCode
from genai_studio.domain.history import HistoryPage
from genai_studio.ports import (
    CredentialIngredient,
    CredentialReport,
    CredentialStatus,
    GenerationEvent,
    UploadTarget,
)
from genai_studio.schema.image_links import ImageLinks
from genai_studio.schema.types import payloads
from genai_studio.schema.types.board import Board, BoardPayload, DeleteBoardPayload
from genai_studio.schema.types.catalog import Model
from genai_studio.schema.types.connection import GenerationConnection
from genai_studio.schema.types.credentials import ImageCredentials
from genai_studio.schema.types.generation import Generation
from genai_studio.schema.types.upload import CreateUploadPayload, Upload
from genai_studio.schema.types.user_error import UserError
from genai_studio.schema.types.viewer import Quota, Viewer
from genai_studio.services.uploads import CreatedUpload
from tests.builders import ManualClock, a_generation, succeeded
from tests.fakes.images import FakeImages

LINKS = ImageLinks(FakeImages(ManualClock()), "http://studio.example")
MODELS = read_models()
NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


class Text(str):
    """A string of an unusual class."""

    __slots__ = ()


class Number(int):
    """An integer of an unusual class."""


class Other(Enum):
    """An enum that is not in the schema."""

    QUEUED = "QUEUED"


class Printable:
    """An object that graphql-core serializes with `str`."""

    def __str__(self) -> str:
        return "printable"


class Late:
    """An awaitable that is not a coroutine."""

    def __await__(self) -> Generator[Any, None, str]:
        yield from asyncio.sleep(0).__await__()
        return "late"


def faults(random: Random) -> Any:
    """Return a value that some fields reject, and others accept in an unusual way."""
    return random.choice(
        (
            lambda: None,
            lambda: Undefined,
            lambda: ValueError("a secret"),
            lambda: GraphQLError("an error as a value"),
            lambda: Text("text"),
            lambda: Number(5),
            lambda: 2**40,
            lambda: -1.5,
            lambda: 3.0,
            lambda: float("nan"),
            lambda: float("inf"),
            lambda: True,
            lambda: "QUEUED",
            lambda: Other.QUEUED,
            lambda: domain.Status.FAILED,
            lambda: "",
            lambda: (),
            lambda: [None],
            lambda: {"id": "a dictionary"},
            Printable,
            object,
            lambda: b"bytes",
            lambda: datetime(900, 1, 1, tzinfo=UTC),
            Late,
        )
    )()


def _record(random: Random) -> domain.Generation:
    id_ = str(UUID(int=random.getrandbits(128)))
    record = a_generation(id=id_, prompt=f"prompt {random.randint(0, 9)} “ä” \u2028")
    if random.random() < 0.6:
        record = succeeded(record)
    if random.random() < 0.3:
        record = replace(record, status=domain.Status.RUNNING, started_at=NOON)
    if random.random() < 0.3:
        code = random.choice(list(FailureCode))
        record = replace(
            record,
            failure=Failure(code, "failed", retryable=random.random() < 0.5),
            waiting_reason=random.choice(list(domain.WaitingReason)),
            trashed_at=NOON + timedelta(microseconds=random.randint(0, 10**9)),
            timeline=(domain.TimelineEntry(NOON, "worker", "claimed", random.choice((None, 5))),),
        )
    return record


def _generation(random: Random) -> Generation:
    record = _record(random)
    progress = domain.Progress(1, 2, 8, random.choice((None, "k/preview.webp")))
    event = GenerationEvent(record, progress if random.random() < 0.3 else None)
    return Generation.from_event(event, LINKS)


def _errors(random: Random) -> list[UserError]:
    codes = random.sample(list(ErrorCode), random.randint(0, 2))
    return [UserError(code=code, message="rejected", path=["input", "ids"]) for code in codes]


def _board(random: Random) -> Board:
    return Board(id=strawberry.ID(f"{random.random()}"), name="Trees “ä”", created_at=NOON)


def _value(name: str, random: Random) -> Any:
    if name in {"generation", "generationUpdated", "publishGeneration"}:
        return _generation(random) if random.random() < 0.9 else None
    if name == "generations":
        records = tuple(_record(random) for _ in range(random.randint(0, 3)))
        end = records[-1].id if records else None
        page = HistoryPage(records, end, has_next=random.random() < 0.5)
        return GenerationConnection.from_page(page, LINKS, after=None)
    if name == "models":
        return [Model.from_domain(model) for model in MODELS]
    if name == "viewer":
        quota = Quota(
            limit=None,
            used=3,
            left=random.choice((None, 0)),
            resets_at=NOON,
            unfinished_limit=random.choice((None, 100)),
        )
        return Viewer(id=strawberry.ID("id"), username="alice", quota=quota)
    if name == "boards":
        return [_board(random) for _ in range(random.randint(0, 3))]
    if name == "imageCredentials":
        parent = CredentialIngredient("a.png", "parentOf", CredentialStatus.VALID, "Bob")
        report = CredentialReport(CredentialStatus.TRUSTED, "Ada", ingredients=(parent,))
        return ImageCredentials.from_port("id", random.choice((None, report)))
    errors = _errors(random)
    if name in {"createBoard", "renameBoard"}:
        return BoardPayload(board=random.choice((None, _board(random))), user_errors=errors)
    if name == "deleteBoard":
        id_ = random.choice((None, strawberry.ID("id")))
        return DeleteBoardPayload(id=id_, user_errors=errors)
    generation = _generation(random) if random.random() < 0.8 else None
    if name in {"generateImage", "retryGeneration"}:
        return payloads.GenerateImagePayload(generation=generation, user_errors=errors)
    if name == "cancelGeneration":
        return payloads.CancelGenerationPayload(generation=generation, user_errors=errors)
    if name == "draftImage":
        draft = payloads.Draft(data_url="data:", width=8, height=8, seed=1)
        return payloads.DraftImagePayload(draft=draft, user_errors=errors)
    if name == "createUpload":
        created = CreatedUpload("id", UploadTarget("/uploads/a", "PUT", {"A": "b"}), NOON)
        upload = Upload.from_created(created, LINKS) if random.random() < 0.8 else None
        return CreateUploadPayload(upload=upload, user_errors=errors)
    if name == "purgeGenerations":
        return payloads.PurgeGenerationsPayload(purged_ids=[strawberry.ID("a")], user_errors=errors)
    generations = [_generation(random) for _ in range(random.randint(0, 3))]
    return payloads.GenerationsPayload(generations=generations, user_errors=errors)


def root_value(name: str, seed: int, *, faulty: bool) -> Any:
    """Return what the resolver of a root field returns; raise what it raises.

    The same arguments give an equal value, in new objects.
    """
    random = Random(f"{name} {seed}")  # noqa: S311 - not for security
    value = _value(name, random)
    if not faulty:
        return value
    if random.random() < 0.1:
        return faults(random)
    if random.random() < 0.1:
        raise random.choice((ValueError("a secret"), GraphQLError("an error")))
    places = list(_places(value))
    for place in random.sample(places, min(len(places), random.randint(1, 2))):
        _spoil(place, random)
    return value


def _places(value: object) -> Iterator[Any]:
    """Yield every object of the schema and every list below a value."""
    if isinstance(value, list):
        yield value
        for item in value:
            yield from _places(item)
    elif hasattr(value, "__strawberry_definition__") and not isinstance(value, Enum):
        yield value
        for field in vars(value).values():
            yield from _places(field)


def _spoil(place: Any, random: Random) -> None:
    if isinstance(place, list):
        place.insert(random.randint(0, len(place)), faults(random))
        return
    names = sorted(vars(place))
    object.__setattr__(place, random.choice(names), faults(random))
