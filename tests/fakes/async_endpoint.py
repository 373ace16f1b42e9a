"""`ports.AsyncEndpoint` that answers when a test tells it to."""

from __future__ import annotations

from collections.abc import Sequence

from genai_studio.domain.errors import EndpointError
from genai_studio.domain.failure import FailureCode
from genai_studio.domain.generation import Generation, GenerationRef
from genai_studio.ports import AnswerNotice, AsyncEndpoint, EndpointImage
from tests.fakes.endpoint import images_of

Claim = tuple[GenerationRef, int]


class FakeAsyncEndpoint(AsyncEndpoint):
    """Takes everything and works for ever, but for what a test says.

    Attributes:
        asked: The claims that were taken, in order.
        refusal: What `start` raises, if anything.
        trouble: What reading answers raises, if anything.
    """

    def __init__(self) -> None:
        self.asked: list[Claim] = []
        self.refusal: Exception | None = None
        self.trouble: Exception | None = None
        self._answers: dict[Claim, Sequence[EndpointImage] | Exception] = {}

    def answer(
        self, claimed: Generation, answer: Sequence[EndpointImage] | Exception | None = None
    ) -> AnswerNotice:
        """Let an answer lie there, all images unless another is given; returns its notice."""
        self._answers[_claim(claimed)] = answer or images_of(claimed.request)
        failed = isinstance(answer, EndpointError)
        return AnswerNotice(claimed.ref, claimed.fence, 0, failed=failed)

    async def start(self, claimed: Generation) -> None:
        if self.refusal is not None:
            raise self.refusal
        self.asked.append(_claim(claimed))

    async def started(self, claimed: Generation) -> bool:
        return _claim(claimed) in self.asked

    async def collect(
        self, claimed: Generation, notice: AnswerNotice | None = None
    ) -> Sequence[EndpointImage] | None:
        if self.trouble is not None:
            raise self.trouble
        answer = self._answers.get(_claim(claimed))
        if isinstance(answer, Exception):
            raise answer
        if answer is None and notice is not None and notice.failed:
            raise EndpointError(FailureCode.ENDPOINT_UNAVAILABLE, notice.reason, retryable=True)
        return answer


def _claim(claimed: Generation) -> Claim:
    return claimed.ref, claimed.fence
