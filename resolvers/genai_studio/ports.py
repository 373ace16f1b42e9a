"""What the services need from the outside world: one Protocol for each thing.

Two sets of adapters stand behind these, `local` and `aws` (the endpoint's is
`sagemaker` in both worlds); one contract suite for each port holds them all
to the same behavior. `bootstrap` decides which ones are wired.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from genai_studio.domain.generation import Generation, GenerationRef, Progress
from genai_studio.domain.history import HistoryPage, HistoryQuery
from genai_studio.domain.idempotency import IdempotencyKey
from genai_studio.domain.identity import Caller, Owner
from genai_studio.domain.quota import QuotaLimits
from genai_studio.domain.request import ImageRequest


class Clock(Protocol):
    """Time, so that tests can turn it."""

    def now(self) -> datetime:
        """The time now, with zone UTC, cut to whole milliseconds."""

    async def sleep(self, seconds: float) -> None:
        """Return after so many seconds of this clock."""


@dataclass(frozen=True, slots=True)
class Submitted:
    """The outcome of a submit.

    Attributes:
        generation: The one just stored, or the one stored under the key before.
        replayed: Whether it was there before.
    """

    generation: Generation
    replayed: bool


@dataclass(frozen=True, slots=True)
class Change:
    """One stored change, as the change feed tells it.

    Attributes:
        position: Opaque; a reader goes on after it.
        ref: What changed.
        version: The version it changed to; for a purge, the last it had.
        purged: Whether the record is gone.
    """

    position: str
    ref: GenerationRef
    version: int
    purged: bool


class Records(Protocol):
    """Generations, their idempotency keys, quota counters and change feed."""

    async def submit(
        self, generation: Generation, key: IdempotencyKey, limits: QuotaLimits
    ) -> Submitted:
        """Store a new generation, its key and its quota in one transaction.

        The key is remembered for at least 7 days, purged generations' too: a
        replay of one that was purged raises `NotFound`.

        Raises:
            IdempotencyConflict: The key was used with another fingerprint.
            QuotaExceeded: `quota_held` more would pass a limit.
        """

    async def submitted(
        self, owner: Owner, key: IdempotencyKey, now: datetime
    ) -> Generation | None:
        """What a key was used for before; None where it is new, or forgotten by now.

        Raises:
            IdempotencyConflict: The key was used with another fingerprint.
            NotFound: What it was used for was purged.
        """

    async def get(self, owner: Owner, generation_id: str) -> Generation | None:
        """Read one consistently; None when this owner has none of this id."""

    async def save(self, before: Generation, after: Generation) -> None:
        """Replace `before` by `after` if it is still what is stored.

        `after.version` is `before.version + 1`. In the same transaction the
        quota counters of `quota_day` fall by what `quota_held` fell.

        Raises:
            VersionConflict: The stored version is another, or it is gone.
        """

    async def purge(self, generation: Generation) -> None:
        """Delete the record if its version still is the stored one.

        Its images are deleted by whoever reads the change feed.

        Raises:
            VersionConflict: The stored version is another, or it is gone.
        """

    async def page(self, owner: Owner, query: HistoryQuery) -> HistoryPage:
        """One page of history, newest first, read consistently where no
        search or sparse index is needed, at a cost that does not grow with
        the number of records.
        """

    async def due(self, now: datetime, limit: int) -> Sequence[GenerationRef]:
        """Unfinished generations of anybody whose `due_at` has come, the
        longest overdue first. For the sweeper alone.
        """

    async def quota_used(self, owner: Owner, day: str) -> int:
        """Images that lie on the owner's counter of this day."""

    async def queue_position(self, generation: Generation) -> int | None:
        """How many are served before this QUEUED one, plus 1; None where it
        cannot be known or it is not queued.
        """

    async def changes(self, after: str | None, limit: int) -> Sequence[Change]:
        """Stored changes of anybody after a position (None: from the oldest
        kept), in an order that is right for each generation. For the relay alone.
        """


@dataclass(frozen=True, slots=True)
class SignedUrl:
    """A link to one object that works without any other credential.

    Attributes:
        url: Absolute, or a path on the studio's own host.
        expires_at: It works until then, at least.
    """

    url: str
    expires_at: datetime


class Images(Protocol):
    """Finished images, thumbnails and previews, by object key."""

    async def put(self, key: str, data: bytes, content_type: str) -> None:
        """Store an object.

        Raises:
            ImageExists: The key is taken; what is there stays as it is.
        """

    async def get(self, key: str) -> bytes:
        """Read an object.

        Raises:
            ImageMissing: There is none.
        """

    async def delete_under(self, prefix: str, *, keep: Sequence[str] = ()) -> None:
        """Delete every object under a prefix that ends in “/”, but for keys
        that begin with one of `keep`. Nothing there is no error.
        """

    def sign(self, key: str, *, download_name: str | None = None) -> SignedUrl:
        """A link to an object; `download_name` makes a browser save it under
        that name instead of showing it. Does no I/O.
        """


@dataclass(frozen=True, slots=True)
class EndpointImage:
    """One image as the endpoint gave it.

    Attributes:
        data: An encoded image (PNG, JPEG or WebP), or raw RGB rows when
            `content_type` is `image/x-rgb`.
        seed: The seed it was asked for with.
    """

    data: bytes
    content_type: str
    width: int
    height: int
    seed: int


@dataclass(frozen=True, slots=True)
class EndpointProgress:
    """What a streaming endpoint tells on its way.

    Attributes:
        step: Steps done over all images of the request.
        steps: Steps in all.
        preview: A small WebP of what there is so far, or None.
    """

    step: int
    steps: int
    preview: bytes | None


OnProgress = Callable[[EndpointProgress], Awaitable[None]]
IsCanceled = Callable[[], bool]


class Endpoint(Protocol):
    """Whatever turns a request into images."""

    async def generate(
        self, request: ImageRequest, on_progress: OnProgress, canceled: IsCanceled
    ) -> Sequence[EndpointImage]:
        """Make `request.count` images, in one attempt.

        `on_progress` is awaited on the caller's event loop; `canceled` is
        asked between two pieces of the answer.

        Raises:
            EndpointError: It did not; the failure says why and whether another
                attempt may help.
            EndpointCanceled: `canceled()` answered true.
        """

    async def ready(self) -> bool:
        """Whether a request sent now would be worked on."""


@dataclass(frozen=True, slots=True)
class AnswerNotice:
    """What was told of one answer of an asynchronous endpoint. It may come twice,
    late, or from anybody: it says where to look, never what is true.

    Attributes:
        ref: Whose it is.
        fence: The claim that asked.
        index: Which image of the request, counted from 0.
        endpoint: Who answered; None where the notice does not tell.
        location: Where the answer lies; None where the notice does not tell.
        failed: Whether it is told that no image will come.
        reason: Why not, in the endpoint's words.
    """

    ref: GenerationRef
    fence: int
    index: int
    endpoint: str | None = None
    location: str | None = None
    failed: bool = False
    reason: str = ""


class AsyncEndpoint(Protocol):
    """An endpoint that is asked now and leaves its answers somewhere later.

    What it works on belongs to a claim, by owner, id and fence. Whatever it was
    given and left for a claim lies where `Images.delete_under` reaches it.
    """

    async def start(self, claimed: Generation) -> None:
        """Ask for all images of a claim; nobody waits for them.

        Raises:
            EndpointError: It was not taken; the failure says why.
            OSError, StudioUnavailable: The request could not be stored.
        """

    async def started(self, claimed: Generation) -> bool:
        """Whether all that the claim asks for was taken, so that answers will come.

        Raises:
            StudioUnavailable: It cannot be looked up now.
        """

    async def collect(
        self, claimed: Generation, notice: AnswerNotice | None = None
    ) -> Sequence[EndpointImage] | None:
        """The images of a claim, or None while one of them is missing.

        Args:
            notice: What was told of one of its answers, if anything; believed
                only where it fits what was asked.

        Raises:
            EndpointError: It will not make them; the failure says why.
            StudioUnavailable: The answers cannot be read now.
        """


@dataclass(frozen=True, slots=True)
class GenerationEvent:
    """What a subscriber is told: the record as it is, and progress if any.

    Attributes:
        generation: The newest stored record.
        progress: Only while an attempt that streams is running.
    """

    generation: Generation
    progress: Progress | None = None


class Subscription(Protocol):
    """Events on their way to one subscriber, until it is closed."""

    def __aiter__(self) -> AsyncIterator[GenerationEvent]: ...

    async def __anext__(self) -> GenerationEvent: ...

    async def aclose(self) -> None:
        """End it and forget what was not taken; twice does no harm."""


class Events(Protocol):
    """From whoever changed a generation to whoever watches it."""

    async def publish(self, event: GenerationEvent) -> None:
        """Tell every subscriber of the owner; none of them is no error."""

    def subscribe(self, caller: Caller, generation_id: str | None) -> Subscription:
        """The caller's own events from now on, of one generation or of all.

        The subscription begins with this call, not with the first `anext`;
        whoever made it closes it.

        Raises:
            SubscriberTooSlow: While iterating: its queue ran full.
        """


class Identity(Protocol):
    """Turns an access token into the caller it speaks for."""

    async def verify(self, token: str) -> Caller:
        """Check signature, issuer, expiry, use and client of a token.

        Raises:
            Unauthenticated: Any of them is wrong; the message names no claim's value.
        """
