"""The SQS queue of generations to be worked on, as its reader changes it.

Lambda's event source receives and deletes; here a message is hidden for a
while, or one is sent that arrives when a wait is over.
"""

from __future__ import annotations

import math
from datetime import timedelta
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from genai_studio.aws.blocking import BlockingCalls
from genai_studio.aws.client import CONNECTIONS
from genai_studio.aws.queue import messages
from genai_studio.domain.generation import GenerationRef

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

LONGEST_DELAY = timedelta(minutes=15)
LONGEST_HIDDEN = timedelta(hours=12)
"""The most that SQS takes, from the moment a message was received."""


class Queue:
    """One queue, by its URL."""

    def __init__(self, client: SQSClient, url: str) -> None:
        self._client = client
        self._url = url
        self._calls = BlockingCalls("SQS", CONNECTIONS)

    async def send(self, ref: GenerationRef, after: timedelta = timedelta()) -> None:
        """Name a generation to a worker, when `after` is over or 15 minutes are.

        Raises:
            StudioUnavailable: SQS did not take it.
        """
        delay = min(max(after, timedelta()), LONGEST_DELAY)
        try:
            await self._calls.run(
                self._client.send_message,
                QueueUrl=self._url,
                MessageBody=messages.write(ref),
                DelaySeconds=math.ceil(delay.total_seconds()),
            )
        except ClientError as error:
            raise self._calls.unavailable(error) from None

    async def hide(self, receipt: str, until: timedelta) -> None:
        """Let a message that was received come again so much later.

        Raises:
            StudioUnavailable: SQS did not take it: it comes when the queue's
                own visibility timeout ends.
        """
        hidden = min(max(until, timedelta()), LONGEST_HIDDEN)
        try:
            await self._calls.run(
                self._client.change_message_visibility,
                QueueUrl=self._url,
                ReceiptHandle=receipt,
                VisibilityTimeout=math.ceil(hidden.total_seconds()),
            )
        except ClientError as error:
            raise self._calls.unavailable(error) from None
