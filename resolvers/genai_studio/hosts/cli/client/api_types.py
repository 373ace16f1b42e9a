"""The parts of the API's answers that the commands use."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from genai_studio.hosts.cli.output.failures import CommandFailed

T = TypeVar("T")


class _ApiType(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Base of the types below. Fields that a type does not declare are ignored."""


class Image(_ApiType, frozen=True, kw_only=True):
    """An image of a generation."""

    url: str
    width: int
    height: int
    seed: int
    sha256: str


class Progress(_ApiType, frozen=True, kw_only=True):
    """Progress of the current attempt."""

    attempt: int
    step: int
    steps: int


class Failure(_ApiType, frozen=True, kw_only=True):
    """Why a generation failed."""

    code: str
    message: str


class Generation(_ApiType, frozen=True, kw_only=True):
    """A generation, as the operations return it."""

    id: str
    status: str
    version: int
    prompt: str
    model: str
    width: int
    height: int
    seed: int
    favorite: bool
    created_at: datetime
    images: tuple[Image, ...]
    progress: Progress | None = None
    queue_position: int | None = None
    waiting_reason: str | None = None
    failure: Failure | None = None


class Board(_ApiType, frozen=True, kw_only=True):
    """A board of the user."""

    id: str
    name: str


class BoardsAnswer(_ApiType, frozen=True, kw_only=True):
    """Answer to `boards`."""

    boards: tuple[Board, ...]


class UserError(_ApiType, frozen=True, kw_only=True):
    """An expected failure of a mutation."""

    message: str
    path: tuple[str | int, ...] | None = None


class SubmitPayload(_ApiType, frozen=True, kw_only=True):
    """Payload of `generateImage`."""

    generation: Generation | None
    user_errors: tuple[UserError, ...]


class SubmitAnswer(_ApiType, frozen=True, kw_only=True):
    """Answer to `generateImage`."""

    generate_image: SubmitPayload


class GenerationAnswer(_ApiType, frozen=True, kw_only=True):
    """Answer to `generation`; None if there is no such generation."""

    generation: Generation | None


class GenerationEvent(_ApiType, frozen=True, kw_only=True):
    """Event of the subscription `generationUpdated`; AppSync may send None."""

    generation_updated: Generation | None = None


class SourceGeneration(_ApiType, frozen=True, kw_only=True):
    """The parameters of a generation that a variation repeats."""

    prompt: str
    negative_prompt: str
    model: str
    width: int
    height: int
    steps: int
    guidance_scale: float
    style: str | None


class SourceAnswer(_ApiType, frozen=True, kw_only=True):
    """Answer to `generation`; None if there is no such generation."""

    generation: SourceGeneration | None


class EditDefaults(_ApiType, frozen=True, kw_only=True):
    """Strengths of the variations of a model."""

    subtle_variation: float
    strong_variation: float


class Model(_ApiType, frozen=True, kw_only=True):
    """A model of the studio."""

    id: str
    edit_defaults: EditDefaults


class ModelsAnswer(_ApiType, frozen=True, kw_only=True):
    """Answer to `models`."""

    models: tuple[Model, ...]


class RequestField(_ApiType, frozen=True, kw_only=True):
    """A header or a form field of the request that sends a file."""

    name: str
    value: str


class UploadTarget(_ApiType, frozen=True, kw_only=True):
    """An upload, and the request that sends its file."""

    id: str
    url: str
    method: str
    headers: tuple[RequestField, ...]
    fields: tuple[RequestField, ...]


class UploadPayload(_ApiType, frozen=True, kw_only=True):
    """Payload of `createUpload`."""

    upload: UploadTarget | None
    user_errors: tuple[UserError, ...]


class UploadAnswer(_ApiType, frozen=True, kw_only=True):
    """Answer to `createUpload`."""

    create_upload: UploadPayload


class HistoryEdge(_ApiType, frozen=True, kw_only=True):
    """One entry of a page of history."""

    node: Generation


class PageInfo(_ApiType, frozen=True, kw_only=True):
    """Position of a page of history."""

    has_next_page: bool
    end_cursor: str | None


class HistoryPage(_ApiType, frozen=True, kw_only=True):
    """A page of history."""

    edges: tuple[HistoryEdge, ...]
    page_info: PageInfo


class HistoryAnswer(_ApiType, frozen=True, kw_only=True):
    """Answer to `generations`."""

    generations: HistoryPage


class TimelineEntry(_ApiType, frozen=True, kw_only=True):
    """One step of a timeline: when it ended and how long it took."""

    at: datetime
    component: str
    step: str
    milliseconds: int | None


class Timeline(_ApiType, frozen=True, kw_only=True):
    """A generation with its timeline."""

    status: str
    prompt: str
    model: str
    created_at: datetime
    finished_at: datetime | None
    failure: Failure | None
    timeline: tuple[TimelineEntry, ...]


class TimelineAnswer(_ApiType, frozen=True, kw_only=True):
    """Answer to `generationTimeline`; None if there is no such generation."""

    generation: Timeline | None


def decode(data: Mapping[str, Any], answer_type: type[T]) -> T:
    """Convert the `data` of an answer to its type.

    Raises:
        CommandFailed: The answer does not have the expected form.
    """
    try:
        return msgspec.convert(data, answer_type)
    except msgspec.ValidationError as error:
        raise CommandFailed(
            f"The studio's answer does not match this version of genai-studio: {error}."
        ) from None
