"""Send messages to the SQS job queue and change their visibility timeout.

Lambda's event source mapping receives and deletes the messages.
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

MAX_DELAY = timedelta(minutes=15)
"""SQS's limit for `DelaySeconds`."""
MAX_VISIBILITY_TIMEOUT = timedelta(hours=12)
"""SQS's limit, counted from when the message was received."""


class JobQueue:
    """The job queue, identified by its URL."""

    def __init__(self, client: SQSClient, url: str) -> None:
        self._client = client
        self._url = url
        self._calls = BlockingCalls("SQS", CONNECTIONS)

    async def send(self, ref: GenerationRef, delay: timedelta = timedelta()) -> None:
        """Send a message for a generation.

        Args:
            delay: Time until the message is delivered, capped at 15 minutes.

        Raises:
            StudioUnavailable: SQS did not accept the message.
        """
        delay = min(max(delay, timedelta()), MAX_DELAY)
        try:
            await self._calls.run(
                self._client.send_message,
                QueueUrl=self._url,
                MessageBody=messages.encode(ref),
                DelaySeconds=math.ceil(delay.total_seconds()),
            )
        except ClientError as error:
            raise self._calls.unavailable(error) from None

    async def set_visibility_timeout(self, receipt_handle: str, delay: timedelta) -> None:
        """Redeliver a received message after `delay`, capped at 12 hours.

        Raises:
            StudioUnavailable: SQS did not accept the change. The message is
                redelivered after the queue's own visibility timeout.
        """
        delay = min(max(delay, timedelta()), MAX_VISIBILITY_TIMEOUT)
        try:
            await self._calls.run(
                self._client.change_message_visibility,
                QueueUrl=self._url,
                ReceiptHandle=receipt_handle,
                VisibilityTimeout=math.ceil(delay.total_seconds()),
            )
        except ClientError as error:
            raise self._calls.unavailable(error) from None
