"""The dead-letter queue: what no worker could take, looked at and left where it is."""

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
"""The most messages that SQS gives, or takes, in one call."""

WAIT_SECONDS = 1
"""Asked without waiting, SQS looks at some of its servers and may miss messages."""

HIDDEN_SECONDS = 30
"""Until then a message stays with whoever looks at it, should they be lost."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message nobody could do anything with.

    Attributes:
        ref: The generation it names; None where it names none.
        sent_at: When it was first put into the queue.
        receipt: For `show_again`.
    """

    ref: GenerationRef | None
    sent_at: datetime
    receipt: str


class DeadLetters:
    """One dead-letter queue, by its URL."""

    def __init__(self, client: SQSClient, url: str) -> None:
        self._client = client
        self._url = url
        self._calls = BlockingCalls("SQS", CONNECTIONS)

    async def look(self, most: int) -> Sequence[DeadLetter]:
        """Some of what lies there, `most` or a few more; nobody else sees it meanwhile.

        Raises:
            StudioUnavailable: SQS does not answer.
        """
        found: list[DeadLetter] = []
        while len(found) < most:
            received = await self._receive()
            if not received:
                break
            found += [_letter(message) for message in received]
        return tuple(found)

    async def show_again(self, letters: Sequence[DeadLetter]) -> None:
        """Let them be seen: by the alarm, which counts what is visible, and by a redrive.

        Raises:
            StudioUnavailable: SQS does not answer; they are seen a little later.
        """
        for begin in range(0, len(letters), BATCH):
            entries: list[ChangeMessageVisibilityBatchRequestEntryTypeDef] = [
                {"Id": str(number), "ReceiptHandle": letter.receipt, "VisibilityTimeout": 0}
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

    async def _receive(self) -> Sequence[MessageTypeDef]:
        try:
            answer = await self._calls.run(
                self._client.receive_message,
                QueueUrl=self._url,
                MaxNumberOfMessages=BATCH,
                WaitTimeSeconds=WAIT_SECONDS,
                VisibilityTimeout=HIDDEN_SECONDS,
                MessageSystemAttributeNames=["SentTimestamp"],
            )
        except ClientError as error:
            raise self._calls.unavailable(error) from None
        return answer.get("Messages", [])


def _letter(message: MessageTypeDef) -> DeadLetter:
    try:
        ref = messages.read(message["Body"])
    except messages.NoGeneration:
        ref = None
    sent_at = datetime.fromtimestamp(int(message["Attributes"]["SentTimestamp"]) / 1000, UTC)
    return DeadLetter(ref, sent_at, message["ReceiptHandle"])
