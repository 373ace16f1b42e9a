"""Follow a change of the stack: one line per group of resources, and one per failure.

A group is a nested stack. CloudFormation repeats the events of an operation for each stack.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from botocore.exceptions import ClientError

from studio_deploy.account import Account
from studio_deploy.progress import elapsed, say

_NESTED_STACK = "AWS::CloudFormation::Stack"
_POLL_SECONDS = 5.0
_CONSEQUENCES = ("Resource creation cancel", "Resource update cancel")
"""Beginnings of the reasons of resources that failed only because another one did."""


@dataclass(slots=True)
class _Group:
    """The resources of one stack that an operation has finished."""

    name: str
    finished: set[str] = field(default_factory=set)


def in_progress(status: str) -> bool:
    """Return whether CloudFormation is changing a stack with this status."""
    return status.endswith("_IN_PROGRESS") and status != "REVIEW_IN_PROGRESS"


def server_time(response: Mapping[str, Any]) -> datetime:
    """Return the time of a response. The clock of this machine can differ from that of events."""
    headers = response.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    return parsedate_to_datetime(headers["date"]) if "date" in headers else datetime.now(UTC)


def follow(account: Account, stack_id: str, since: datetime) -> str:
    """Print the progress of an operation until it ends.

    Args:
        stack_id: The ARN of the stack. A deleted stack has no other name.
        since: Ignore events before this time.

    Returns:
        The final status of the stack.
    """
    cloudformation = account.client("cloudformation")
    begun = time.monotonic()
    groups = {stack_id: _Group("studio")}
    seen: set[str] = set()
    while True:
        [stack] = cloudformation.describe_stacks(StackName=stack_id)["Stacks"]
        # Nested stacks first, so that their resources are counted when their parent reports them.
        for identifier in reversed(list(groups)):
            for event in _events(cloudformation, identifier, since, seen):
                _report(event, groups, groups[identifier], begun)
        if not in_progress(stack["StackStatus"]):
            say(f"    {elapsed(begun):>6}  {stack['StackStatus']}")
            return str(stack["StackStatus"])
        time.sleep(_POLL_SECONDS)


def _report(event: dict[str, Any], groups: dict[str, _Group], group: _Group, begun: float) -> None:
    name, status = event["LogicalResourceId"], event["ResourceStatus"]
    identifier, reason = event.get("PhysicalResourceId"), event.get("ResourceStatusReason", "")
    nested = event["ResourceType"] == _NESTED_STACK
    if nested and identifier == event["StackId"]:
        return  # the stack about itself
    if nested and identifier and identifier not in groups:
        groups[identifier] = _Group(name)
    if status.endswith("_FAILED"):
        if not reason.startswith(_CONSEQUENCES):
            say(f"    {elapsed(begun):>6}  {group.name}/{name}: {status}: {reason}")
    elif not in_progress(status):
        group.finished.add(name)
        if nested and identifier in groups:
            resources = len(groups[identifier].finished)
            say(f"    {elapsed(begun):>6}  {name}: {status}, {resources} resources")


def _events(
    cloudformation: Any,  # noqa: ANN401 - boto3 clients have no static type
    stack: str,
    since: datetime,
    seen: set[str],
) -> Iterator[dict[str, Any]]:
    """Yield the new events of a stack, oldest first."""
    found: list[dict[str, Any]] = []
    try:
        for page in cloudformation.get_paginator("describe_stack_events").paginate(StackName=stack):
            # Newest first.
            new = [
                event
                for event in page["StackEvents"]
                if event["Timestamp"] >= since and event["EventId"] not in seen
            ]
            found += new
            if len(new) < len(page["StackEvents"]):
                break
    except ClientError:
        return  # the nested stack does not exist yet, or no longer
    for event in reversed(found):
        seen.add(event["EventId"])
        yield event
