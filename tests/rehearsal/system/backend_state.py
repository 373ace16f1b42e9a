"""Read the stored state of the emulated account directly, without the studio's API."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from genai_studio.aws.content_credentials import PREFIX as CERTIFICATES
from genai_studio.aws.content_credentials import StoredCertificates
from genai_studio.aws.records.generations import from_item
from genai_studio.aws.records.table import GENERATION, generation_key
from genai_studio.content_credentials.verifier import C2paVerifier
from genai_studio.domain.generation import Generation
from genai_studio.domain.identity import Owner
from genai_studio.ports import CredentialReport
from tests.rehearsal.system.account import Account
from tests.servers.processes.clients import client
from tests.servers.processes.dynamodb_local import DYNAMODB_LOCAL
from tests.servers.processes.ministack import MINISTACK
from tests.servers.processes.seaweedfs import SEAWEEDFS


@dataclass(frozen=True)
class BackendState:
    """The content of an account's table, bucket and queues.

    Attributes:
        owner: Default owner of the generations that are read.
    """

    account: Account
    owner: str

    def record(self, generation_id: str, owner: str | None = None) -> Generation | None:
        """Return the stored generation, or None."""
        response = client("dynamodb", DYNAMODB_LOCAL).get_item(
            TableName=self.account.table,
            Key=generation_key(Owner(owner or self.owner), generation_id),
            ConsistentRead=True,
        )
        return from_item(response["Item"]) if "Item" in response else None

    def existing_record(self, generation_id: str) -> Generation:
        """Return the stored generation, which must exist."""
        record = self.record(generation_id)
        assert record is not None
        return record

    def attempts(self, generation_id: str) -> int:
        """Return how often a worker claimed a generation."""
        return self.existing_record(generation_id).fence

    def timeline_steps(self, generation_id: str) -> list[str]:
        """Return the steps of a generation's timeline."""
        return [entry.step for entry in self.existing_record(generation_id).timeline]

    def quota_held(self, generation_id: str) -> int:
        """Return the number of images that a generation counts against the quota."""
        return self.existing_record(generation_id).quota_held

    async def generations(self) -> list[Generation]:
        """Return all stored generations."""
        scan = client("dynamodb", DYNAMODB_LOCAL).scan
        found = await asyncio.to_thread(scan, TableName=self.account.table, ConsistentRead=True)
        # Boards have a document too.
        return [
            from_item(item) for item in found["Items"] if item["sk"]["S"].startswith(GENERATION)
        ]

    async def keys(self) -> set[str]:
        """Return the keys of all stored objects, without the certificates of the signing key."""
        s3 = client("s3", SEAWEEDFS)
        found = await asyncio.to_thread(s3.list_objects_v2, Bucket=self.account.bucket)
        keys = {entry["Key"] for entry in found.get("Contents", ())}
        return {key for key in keys if not key.startswith(CERTIFICATES)}

    async def credentials(self, file: Path) -> CredentialReport:
        """Validate a file with the studio's trust anchor, which the first worker stored."""
        account = self.account
        stored = StoredCertificates(client("s3", SEAWEEDFS), account.bucket, account.signing_key)

        def verified() -> CredentialReport:
            return C2paVerifier(stored.anchor).verify(file.read_bytes())

        return await asyncio.to_thread(verified)

    async def keys_of(self, generation_id: str) -> set[str]:
        """Return the keys of all stored objects of a generation."""
        return {key for key in await self.keys() if f"/{generation_id}/" in key}

    async def queued_messages(self) -> int:
        """Return the number of messages in the work queue, including invisible and delayed ones."""
        names = [f"ApproximateNumberOfMessages{kind}" for kind in ("", "NotVisible", "Delayed")]
        response = await asyncio.to_thread(
            client("sqs", MINISTACK).get_queue_attributes,
            QueueUrl=self.account.queue_url,
            AttributeNames=names,
        )
        return sum(int(response["Attributes"].get(name, 0)) for name in names)

    async def dead_lettered_bodies(self) -> list[str]:
        """Return the message bodies in the dead-letter queue, without removing them."""
        response = await asyncio.to_thread(
            client("sqs", MINISTACK).receive_message,
            QueueUrl=self.account.dead_letter_queue_url,
            MaxNumberOfMessages=10,
            VisibilityTimeout=0,
        )
        return [message["Body"] for message in response.get("Messages", ())]
