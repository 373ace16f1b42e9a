"""Inspect the messages of the dead-letter queue without deleting them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from genai_studio.aws.blocking import BlockingCalls
from genai_studio.aws.client import CONNECTIONS
from genai_studio.aws.queue import messages
from genai_studio.domain.generation import GenerationRef

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import (
        ChangeMessageVisibilityBatchRequestEntryTypeDef,
        MessageTypeDef,
    )

BATCH = 10
"""Maximum number of messages in one SQS call."""

WAIT_SECONDS = 1
"""Long polling. With short polling, SQS queries a subset of its servers and may
miss messages."""

VISIBILITY_TIMEOUT_SECONDS = 30
"""Time until received messages become visible again if `release` is not called."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that used up its receives.

    Attributes:
        ref: The generation that the message names. None if the message is invalid.
        sent_at: When the message was first sent.
        receipt_handle: SQS's handle, for `release`.
    """

    ref: GenerationRef | None
    sent_at: datetime
    receipt_handle: str


class DeadLetters:
    """One dead-letter queue, identified by its URL."""

    def __init__(self, client: SQSClient, url: str) -> None:
        self._client = client
        self._url = url
        self._calls = BlockingCalls("SQS", CONNECTIONS)

    async def receive(self, limit: int) -> Sequence[DeadLetter]:
        """Receive about `limit` messages; the last batch may exceed it.

        The messages stay invisible to other readers until `release`.

        Raises:
            StudioUnavailable: SQS does not respond.
        """
        letters: list[DeadLetter] = []
        while len(letters) < limit:
            batch = await self._receive_batch()
            if not batch:
                break
            letters += [_dead_letter(message) for message in batch]
        return tuple(letters)

    async def release(self, letters: Sequence[DeadLetter]) -> None:
        """Make messages visible again, for the alarm (which counts visible ones) and a redrive.

        Raises:
            StudioUnavailable: SQS does not respond. The messages become visible
                when their visibility timeout ends.
        """
        for begin in range(0, len(letters), BATCH):
            entries: list[ChangeMessageVisibilityBatchRequestEntryTypeDef] = [
                {"Id": str(number), "ReceiptHandle": letter.receipt_handle, "VisibilityTimeout": 0}
                for number, letter in enumerate(letters[begin : begin + BATCH])
            ]
            try:
                await self._calls.run(
                    self._client.change_message_visibility_batch,
                    QueueUrl=self._url,
                    Entries=entries,
                )
            except ClientError as error:
                raise self._calls.unavailable(error) from None

    async def _receive_batch(self) -> Sequence[MessageTypeDef]:
        try:
            response = await self._calls.run(
                self._client.receive_message,
                QueueUrl=self._url,
                MaxNumberOfMessages=BATCH,
                WaitTimeSeconds=WAIT_SECONDS,
                VisibilityTimeout=VISIBILITY_TIMEOUT_SECONDS,
                MessageSystemAttributeNames=["SentTimestamp"],
            )
        except ClientError as error:
            raise self._calls.unavailable(error) from None
        return response.get("Messages", [])


def _dead_letter(message: MessageTypeDef) -> DeadLetter:
    try:
        ref = messages.decode(message["Body"])
    except messages.InvalidMessage:
        ref = None
    sent_at = datetime.fromtimestamp(int(message["Attributes"]["SentTimestamp"]) / 1000, UTC)
    return DeadLetter(ref, sent_at, message["ReceiptHandle"])
