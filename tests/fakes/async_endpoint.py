"""A scripted `ports.AsyncEndpoint`."""

from __future__ import annotations

from collections.abc import Sequence

from genai_studio.domain.errors import EndpointError
from genai_studio.domain.failure import FailureCode
from genai_studio.domain.generation import Generation, GenerationRef
from genai_studio.ports import AnswerNotice, AsyncEndpoint, EditInputs, EndpointImage
from tests.fakes.endpoint import images_of

Claim = tuple[GenerationRef, int]


class FakeAsyncEndpoint(AsyncEndpoint):
    """Accepts every claim. Results are missing until a test stores them.

    Attributes:
        started_claims: The accepted claims in order.
        inputs: The inputs of each accepted claim.
        sizes: Width and height that each accepted claim requested.
        start_error: Raised by `start` if set.
        collect_error: Raised by `collect` if set.
    """

    def __init__(self) -> None:
        self.started_claims: list[Claim] = []
        self.inputs: list[EditInputs | None] = []
        self.sizes: list[tuple[int, int]] = []
        self.start_error: Exception | None = None
        self.collect_error: Exception | None = None
        self._results: dict[Claim, Sequence[EndpointImage] | Exception] = {}

    def store_result(
        self, claimed: Generation, result: Sequence[EndpointImage] | Exception | None = None
    ) -> AnswerNotice:
        """Store the result of a claim, all images by default. Returns its notice."""
        self._results[_claim(claimed)] = result or images_of(claimed.request)
        failed = isinstance(result, EndpointError)
        return AnswerNotice(claimed.ref, claimed.fence, 0, failed=failed)

    async def start(self, claimed: Generation, inputs: EditInputs | None = None) -> None:
        if self.start_error is not None:
            raise self.start_error
        self.started_claims.append(_claim(claimed))
        self.inputs.append(inputs)
        self.sizes.append((claimed.request.width, claimed.request.height))

    async def started(self, claimed: Generation) -> bool:
        return _claim(claimed) in self.started_claims

    async def collect(
        self, claimed: Generation, notice: AnswerNotice | None = None
    ) -> Sequence[EndpointImage] | None:
        if self.collect_error is not None:
            raise self.collect_error
        result = self._results.get(_claim(claimed))
        if isinstance(result, Exception):
            raise result
        if result is None and notice is not None and notice.failed:
            raise EndpointError(FailureCode.ENDPOINT_UNAVAILABLE, notice.reason, retryable=True)
        return result


def _claim(claimed: Generation) -> Claim:
    return claimed.ref, claimed.fence
