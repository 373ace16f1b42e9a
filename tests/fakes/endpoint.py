"""A scripted `ports.Endpoint`."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Sequence

from genai_studio.domain.request import ImageRequest
from genai_studio.ports import EditInputs, Endpoint, EndpointImage, IsCanceled, OnProgress

Script = Callable[[ImageRequest, OnProgress, IsCanceled], Awaitable[Sequence[EndpointImage]]]
Answer = Sequence[EndpointImage] | Exception | Script


def images_of(request: ImageRequest) -> tuple[EndpointImage, ...]:
    """Return the images of a request. Each has one color derived from its seed."""
    return tuple(
        EndpointImage(
            data=bytes([request.seed_of(index) % 256]) * (request.width * request.height * 3),
            content_type="image/x-rgb",
            width=request.width,
            height=request.height,
            seed=request.seed_of(index),
        )
        for index in range(request.count)
    )


class ScriptedEndpoint(Endpoint):
    """Uses one scripted answer per call, then returns the images of each request.

    Args:
        answers: Images to return, exceptions to raise, or functions to call.

    Attributes:
        requests: The received requests in order.
        inputs: The inputs of each request.
        is_ready: The result of `ready`.
    """

    def __init__(self, *answers: Answer) -> None:
        self.requests: list[ImageRequest] = []
        self.inputs: list[EditInputs | None] = []
        self.is_ready = True
        self._answers = deque(answers)

    def then(self, *answers: Answer) -> None:
        """Append to the script."""
        self._answers.extend(answers)

    async def generate(
        self,
        request: ImageRequest,
        on_progress: OnProgress,
        canceled: IsCanceled,
        inputs: EditInputs | None = None,
    ) -> Sequence[EndpointImage]:
        self.requests.append(request)
        self.inputs.append(inputs)
        if not self._answers:
            return images_of(request)
        answer = self._answers.popleft()
        if isinstance(answer, Exception):
            raise answer
        if callable(answer):
            return await answer(request, on_progress, canceled)
        return answer

    async def ready(self) -> bool:
        return self.is_ready
