"""`ports.Endpoint` that answers what a test tells it to."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Sequence

from genai_studio.domain.request import ImageRequest
from genai_studio.ports import Endpoint, EndpointImage, IsCanceled, OnProgress

Play = Callable[[ImageRequest, OnProgress, IsCanceled], Awaitable[Sequence[EndpointImage]]]
Answer = Sequence[EndpointImage] | Exception | Play


def images_of(request: ImageRequest) -> tuple[EndpointImage, ...]:
    """One image for each that was asked for, in one color that follows from its seed."""
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
    """Plays its answers one call after the other, then makes images for ever.

    Args:
        answers: Images to give, an error to raise, or a function to play.

    Attributes:
        requests: What was asked for, in order.
        is_ready: What `ready` answers.
    """

    def __init__(self, *answers: Answer) -> None:
        self.requests: list[ImageRequest] = []
        self.is_ready = True
        self._answers = deque(answers)

    def then(self, *answers: Answer) -> None:
        """Add to the script."""
        self._answers.extend(answers)

    async def generate(
        self, request: ImageRequest, on_progress: OnProgress, canceled: IsCanceled
    ) -> Sequence[EndpointImage]:
        self.requests.append(request)
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
