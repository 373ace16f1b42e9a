"""Temporary work and dead-letter queues in ministack, with the deployed settings."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from genai_studio.aws.queue.dead_letters import DeadLetters
from genai_studio.aws.queue.job_queue import JobQueue
from genai_studio.domain.generation import GenerationRef
from tests.servers.processes.clients import client
from tests.servers.processes.ministack import MINISTACK
from tests.servers.processes.server import ROOT

PIPELINE = json.loads((ROOT / "infra" / "pipeline.json").read_text("utf-8"))


@dataclass(frozen=True)
class WorkQueue:
    """A work queue and its dead-letter queue.

    Attributes:
        sqs: boto3 client of both queues.
    """

    sqs: Any
    url: str
    dead_url: str

    @property
    def queue(self) -> JobQueue:
        return JobQueue(self.sqs, self.url)

    @property
    def dead_letters(self) -> DeadLetters:
        return DeadLetters(self.sqs, self.dead_url)

    def put(self, ref: GenerationRef) -> None:
        """Send a message as the pipe writes it."""
        self.put_text(json.dumps({"owner": ref.owner, "id": ref.id}))

    def put_text(self, body: str) -> None:
        self.sqs.send_message(QueueUrl=self.url, MessageBody=body)

    def put_dead(self, body: str) -> None:
        self.sqs.send_message(QueueUrl=self.dead_url, MessageBody=body)

    def receive(self, *, wait: int = 0) -> dict[str, Any]:
        """Receive messages and return them as Lambda's event. They become invisible."""
        received = self.sqs.receive_message(
            QueueUrl=self.url,
            MaxNumberOfMessages=10,
            WaitTimeSeconds=wait,
            MessageSystemAttributeNames=["All"],
        )
        return {"Records": [_as_event(message) for message in received.get("Messages", ())]}

    def settle(self, event: Mapping[str, Any], result: Mapping[str, Any]) -> None:
        """Delete the messages that did not fail, as Lambda's event source mapping does."""
        failed = {failure["itemIdentifier"] for failure in result["batchItemFailures"]}
        for record in event["Records"]:
            if record["messageId"] not in failed:
                self.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=record["receiptHandle"])

    def message_counts(self) -> dict[str, int]:
        """Return the number of visible, invisible, delayed and dead-lettered messages."""
        work = self._attributes(self.url)
        dead = self._attributes(self.dead_url)
        return {
            "visible": work["ApproximateNumberOfMessages"],
            "in_flight": work["ApproximateNumberOfMessagesNotVisible"],
            "delayed": work["ApproximateNumberOfMessagesDelayed"],
            "dead": dead["ApproximateNumberOfMessages"],
        }

    def _attributes(self, url: str) -> dict[str, int]:
        response = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        return {name: int(value) for name, value in response.items() if value.isdigit()}


@contextmanager
def work_queue() -> Iterator[WorkQueue]:
    """Yield empty queues, and delete them at the end."""
    sqs = client("sqs", MINISTACK)
    name = uuid.uuid4().hex
    dead_url = sqs.create_queue(QueueName=f"dead-{name}")["QueueUrl"]
    response = sqs.get_queue_attributes(QueueUrl=dead_url, AttributeNames=["QueueArn"])
    redrive = {
        "deadLetterTargetArn": response["Attributes"]["QueueArn"],
        "maxReceiveCount": PIPELINE["queue"]["maxReceiveCount"],
    }
    url = sqs.create_queue(
        QueueName=f"work-{name}",
        Attributes={
            "VisibilityTimeout": str(PIPELINE["queue"]["visibilityTimeoutSeconds"]),
            "RedrivePolicy": json.dumps(redrive),
        },
    )["QueueUrl"]
    try:
        yield WorkQueue(sqs, url, dead_url)
    finally:
        for one in (url, dead_url):
            sqs.delete_queue(QueueUrl=one)


def _as_event(message: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message["Attributes"],
        "messageAttributes": {},
        "eventSource": "aws:sqs",
    }
