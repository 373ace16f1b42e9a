"""`ports.Events` of hosts that neither publish nor keep subscriptions: AppSync does."""

from __future__ import annotations

from genai_studio.domain.errors import StudioUnavailable
from genai_studio.domain.identity import Caller
from genai_studio.ports import GenerationEvent, Subscription


class SubscribeElsewhere:
    """Stands behind an API whose changes the publisher tells, from the table's stream."""

    async def publish(self, event: GenerationEvent) -> None:
        """Tell nobody: the publisher reads of it in the stream."""

    def subscribe(self, caller: Caller, generation_id: str | None) -> Subscription:
        """Refuse.

        Raises:
            StudioUnavailable: Always.
        """
        raise StudioUnavailable("Subscribe at the AppSync API.")
