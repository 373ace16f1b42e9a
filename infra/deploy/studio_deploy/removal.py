"""The end of what a stack retains: people, records and pictures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from studio_deploy.account import Account


@dataclass(frozen=True, slots=True)
class Data:
    """What outlives the stack, by name."""

    user_pool: str
    table: str
    bucket: str

    @classmethod
    def of(cls, outputs: Mapping[str, Any]) -> Data:
        """As `amplify_outputs.json` names it."""
        return cls(
            user_pool=outputs["auth"]["user_pool_id"],
            table=outputs["custom"]["records_table"],
            bucket=outputs["storage"]["bucket_name"],
        )

    def commands(self, region: str) -> list[str]:
        """What deletes it by hand."""
        table, pool = self.table, self.user_pool
        aws = (
            f"s3 rb --force s3://{self.bucket}",
            f"dynamodb update-table --table-name {table} --no-deletion-protection-enabled",
            f"dynamodb delete-table --table-name {table}",
            f"cognito-idp update-user-pool --user-pool-id {pool} --deletion-protection INACTIVE",
            f"cognito-idp delete-user-pool --user-pool-id {pool}",
        )
        return [f"aws {one} --region {region}" for one in aws]


def delete(account: Account, data: Data) -> None:
    """Delete all of it, for ever. The table's last backup is AWS's, kept for 35 days."""
    s3 = account.client("s3")
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=data.bucket):
        objects = [{"Key": one["Key"]} for one in page.get("Contents", [])]
        if objects:
            s3.delete_objects(Bucket=data.bucket, Delete={"Objects": objects, "Quiet": True})
    s3.delete_bucket(Bucket=data.bucket)
    dynamodb = account.client("dynamodb")
    dynamodb.update_table(TableName=data.table, DeletionProtectionEnabled=False)
    dynamodb.delete_table(TableName=data.table)
    cognito = account.client("cognito-idp")
    # It forgets what else was set, and is deleted at once.
    cognito.update_user_pool(UserPoolId=data.user_pool, DeletionProtection="INACTIVE")
    cognito.delete_user_pool(UserPoolId=data.user_pool)
