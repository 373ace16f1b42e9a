"""Deletion of the data that the stack retains: users, records and images."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from studio_deploy.account import Account


@dataclass(frozen=True, slots=True)
class RetainedData:
    """The resources that outlive the stack, by name."""

    user_pool: str
    table: str
    bucket: str

    @classmethod
    def from_outputs(cls, outputs: Mapping[str, Any]) -> RetainedData:
        """Read the names from `amplify_outputs.json`."""
        return cls(
            user_pool=outputs["auth"]["user_pool_id"],
            table=outputs["custom"]["records_table"],
            bucket=outputs["storage"]["bucket_name"],
        )

    def commands(self, region: str) -> list[str]:
        """List the commands that delete the resources."""
        table, pool = self.table, self.user_pool
        commands = (
            f"s3 rb --force s3://{self.bucket}",
            f"dynamodb update-table --table-name {table} --no-deletion-protection-enabled",
            f"dynamodb delete-table --table-name {table}",
            f"cognito-idp update-user-pool --user-pool-id {pool} --deletion-protection INACTIVE",
            f"cognito-idp delete-user-pool --user-pool-id {pool}",
        )
        return [f"aws {command} --region {region}" for command in commands]


def delete(account: Account, data: RetainedData) -> None:
    """Delete all retained data permanently. AWS keeps a final table backup for 35 days."""
    s3 = account.client("s3")
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=data.bucket):
        objects = [{"Key": found["Key"]} for found in page.get("Contents", [])]
        if objects:
            s3.delete_objects(Bucket=data.bucket, Delete={"Objects": objects, "Quiet": True})
    s3.delete_bucket(Bucket=data.bucket)
    dynamodb = account.client("dynamodb")
    dynamodb.update_table(TableName=data.table, DeletionProtectionEnabled=False)
    dynamodb.delete_table(TableName=data.table)
    cognito = account.client("cognito-idp")
    # UpdateUserPool resets settings that are not passed. The pool is deleted next, so that is fine.
    cognito.update_user_pool(UserPoolId=data.user_pool, DeletionProtection="INACTIVE")
    cognito.delete_user_pool(UserPoolId=data.user_pool)
