"""Deletion of the data that the stack retains: users, records and images."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from studio_deploy.account import Account

_NESTED_STACK = "AWS::CloudFormation::Stack"
_DELETED = "DELETE_COMPLETE"
_UNPROTECTED = "--deletion-protection INACTIVE"


@dataclass(frozen=True, slots=True)
class RetainedData:
    """The resources that outlive the stack, by name. None: not created."""

    user_pool: str | None
    table: str | None
    bucket: str | None

    @classmethod
    def from_outputs(cls, outputs: Mapping[str, Any]) -> RetainedData:
        """Read the names from `amplify_outputs.json`."""
        return cls(
            user_pool=outputs["auth"]["user_pool_id"],
            table=outputs["custom"]["records_table"],
            bucket=outputs["storage"]["bucket_name"],
        )

    @classmethod
    def from_resources(cls, account: Account, stack: str) -> RetainedData:
        """Find the resources of a stack without outputs, because its creation failed."""
        found = dict(_resources(account, stack))
        return cls(
            user_pool=found.get("AWS::Cognito::UserPool"),
            table=found.get("AWS::DynamoDB::Table"),
            bucket=found.get("AWS::S3::Bucket"),
        )

    def commands(self, region: str) -> list[str]:
        """List the commands that delete the resources."""
        bucket, table, pool = self.bucket, self.table, self.user_pool
        commands: list[str] = []
        if bucket is not None:
            commands.append(f"s3 rb --force s3://{bucket}")
        if table is not None:
            commands += [
                f"dynamodb update-table --table-name {table} --no-deletion-protection-enabled",
                f"dynamodb delete-table --table-name {table}",
            ]
        if pool is not None:
            commands += [
                f"cognito-idp update-user-pool --user-pool-id {pool} {_UNPROTECTED}",
                f"cognito-idp delete-user-pool --user-pool-id {pool}",
            ]
        return [f"aws {command} --region {region}" for command in commands]


def delete(account: Account, data: RetainedData) -> None:
    """Delete all retained data permanently. AWS keeps a final table backup for 35 days.

    Skips what an earlier call has deleted.
    """
    if data.bucket is not None:
        with _if_exists("NoSuchBucket"):
            _delete_bucket(account.client("s3"), data.bucket)
    if data.table is not None:
        dynamodb = account.client("dynamodb")
        with _if_exists("ResourceNotFoundException"):
            dynamodb.update_table(TableName=data.table, DeletionProtectionEnabled=False)
            dynamodb.delete_table(TableName=data.table)
    if data.user_pool is not None:
        cognito = account.client("cognito-idp")
        with _if_exists("ResourceNotFoundException"):
            # UpdateUserPool resets settings that are not passed. The pool is deleted next, so
            # that is fine.
            cognito.update_user_pool(UserPoolId=data.user_pool, DeletionProtection="INACTIVE")
            cognito.delete_user_pool(UserPoolId=data.user_pool)


@contextmanager
def _if_exists(missing: str) -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] != missing:
            raise


def _delete_bucket(s3: Any, bucket: str) -> None:  # noqa: ANN401 - boto3 clients have no static type
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        objects = [{"Key": found["Key"]} for found in page.get("Contents", [])]
        if objects:
            s3.delete_objects(Bucket=bucket, Delete={"Objects": objects, "Quiet": True})
    s3.delete_bucket(Bucket=bucket)


def _resources(account: Account, stack: str) -> Iterator[tuple[str, str]]:
    """Yield type and ID of the remaining resources of a stack and of its nested stacks."""
    cloudformation = account.client("cloudformation")
    try:
        pages = list(cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack))
    except ClientError:
        return  # the nested stack was not created
    for page in pages:
        for resource in page["StackResourceSummaries"]:
            kind, identifier = resource["ResourceType"], resource.get("PhysicalResourceId")
            if not identifier:
                continue
            if kind == _NESTED_STACK:
                # A deleted nested stack still lists the resources that it retained.
                yield from _resources(account, identifier)
            elif resource["ResourceStatus"] != _DELETED:
                yield kind, identifier
