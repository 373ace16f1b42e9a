"""`ports.BoardStore` in the DynamoDB table of the records: one item for each user."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from genai_studio.aws.blocking import BlockingCalls
from genai_studio.aws.client import CONNECTIONS
from genai_studio.aws.records.reads import Reads
from genai_studio.aws.records.table import boards_key
from genai_studio.aws.records.writes import ConditionFailed, Writes
from genai_studio.domain.boards import board_list
from genai_studio.domain.boards.board_list import BoardList
from genai_studio.domain.errors import VersionConflict
from genai_studio.domain.identity import Owner

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoBoards:
    """The boards of all users.

    Args:
        table: Name of the table of the records.
    """

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        calls = BlockingCalls("DynamoDB", CONNECTIONS)
        self._reads = Reads(client, table, calls)
        self._writes = Writes(client, table, calls)

    async def read(self, owner: Owner) -> BoardList:
        """See `BoardStore.read`."""
        item = await self._reads.get(boards_key(owner))
        if item is None:
            return BoardList()
        return board_list.decode(int(item["version"]["N"]), item["document"]["S"])

    async def save(self, owner: Owner, before: BoardList, after: BoardList) -> None:
        """See `BoardStore.save`."""
        if after.version != before.version + 1:
            raise ValueError("`after` must be the next version of `before`.")
        item = {
            **boards_key(owner),
            "version": {"N": str(after.version)},
            "document": {"S": board_list.encode(after).decode()},
            # Identifies this write, so that a retry by botocore can recognize it.
            "write": {"S": uuid.uuid4().hex},
        }
        try:
            await self._writes.put({"Item": item, **_condition(before)})
        except ConditionFailed:
            raise VersionConflict("The boards have changed since they were read.") from None


def _condition(before: BoardList) -> dict[str, Any]:
    if before.version == 0:
        return {"ConditionExpression": "attribute_not_exists(pk)"}
    return {
        "ConditionExpression": "#version = :version",
        "ExpressionAttributeNames": {"#version": "version"},
        "ExpressionAttributeValues": {":version": {"N": str(before.version)}},
    }
