"""An account in ministack, to which an assembly is deployed as the CDK does it.

ministack is an emulator that others wrote after AWS's documentation. It accepts more types of
resources than moto's CloudFormation.
"""

from __future__ import annotations

import io
import json
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError, WaiterError

from studio_deploy import stack
from studio_deploy.account import Account
from studio_deploy.checks import BOOTSTRAP_PARAMETER, BOOTSTRAP_VERSION
from tests.infra.assembly import Assembly
from tests.infra.emulation.refusals import accepted
from tests.servers.processes.clients import client
from tests.servers.processes.ministack import MINISTACK
from tests.servers.processes.running import url_of

NUMBER = "000000000000"
"""The account of requests without a signature, such as those of a sign-in."""

POLL_SECONDS = 0.1
_WAIT = {"Delay": POLL_SECONDS, "MaxAttempts": 600}

_TEMPLATE = ".template.json"


class EmulatedAccount(Account):
    """The account in one region. Each region has its own stacks and resources."""

    def client(self, service: str) -> Any:  # type: ignore[override] # the base caches its clients
        return client(service, MINISTACK, region=self.region)

    def bootstrap(self) -> None:
        """Create what the templates need of the stack that `cdk bootstrap` creates."""
        self.client("ssm").put_parameter(
            Name=BOOTSTRAP_PARAMETER, Value=str(BOOTSTRAP_VERSION), Type="String", Overwrite=True
        )

    def upload(self, assembly: Assembly) -> str:
        """Upload the assets without what ministack refuses. Return the root template's URL."""
        s3 = self.client("s3")
        [manifest] = assembly.directory.glob("*.assets.json")
        assets = json.loads(manifest.read_text("utf-8"))["files"].values()
        buckets: set[str] = set()
        roots: list[str] = []
        for asset in assets:
            path = assembly.directory / asset["source"]["path"]
            content = _content(path)
            for destination in asset["destinations"].values():
                bucket = destination["bucketName"].replace("${AWS::AccountId}", NUMBER)
                bucket = bucket.replace("${AWS::Region}", self.region)
                if bucket not in buckets:
                    location = {"LocationConstraint": self.region}
                    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration=location)
                    buckets.add(bucket)
                s3.put_object(Bucket=bucket, Key=destination["objectKey"], Body=content)
                if path.name.endswith(_TEMPLATE) and ".nested." not in path.name:
                    roots.append(f"{url_of(MINISTACK)}/{bucket}/{destination['objectKey']}")
        [root] = roots
        return root

    def prepare_change_set(self, template: str) -> str:
        """Create a change set as the CDK does, which deletes one without changes.

        Args:
            template: URL of the root template.

        Returns:
            The reason why there is nothing to change. Empty: there is something.
        """
        cloudformation = self.client("cloudformation")
        change_set = {"StackName": stack.STACK, "ChangeSetName": stack.CHANGE_SET}
        cloudformation.create_change_set(
            **change_set,
            ChangeSetType="CREATE" if stack.find(self) is None else "UPDATE",
            TemplateURL=template,
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
        )
        with suppress(WaiterError):
            cloudformation.get_waiter("change_set_create_complete").wait(
                **change_set, WaiterConfig=_WAIT
            )
        found = cloudformation.describe_change_set(**change_set)
        if found["Status"] == "CREATE_COMPLETE":
            return ""
        cloudformation.delete_change_set(**change_set)
        return str(found["StatusReason"])

    def resource_types(self, stack_name: str) -> list[str]:
        """Return the types of the resources of a stack and of its nested stacks."""
        found: list[str] = []
        pages = self.client("cloudformation").get_paginator("list_stack_resources")
        for page in pages.paginate(StackName=stack_name):
            for resource in page["StackResourceSummaries"]:
                assert resource["ResourceStatus"] == "CREATE_COMPLETE", resource
                found.append(resource["ResourceType"])
                if resource["ResourceType"] == "AWS::CloudFormation::Stack":
                    found += self.resource_types(resource["PhysicalResourceId"])
        return found

    def refusal(self, name: str, template: dict[str, Any]) -> str:
        """Create a stack that must fail, and delete it. Return the reasons."""
        cloudformation = self.client("cloudformation")
        try:
            cloudformation.create_stack(StackName=name, TemplateBody=json.dumps(template))
        except ClientError as error:
            return str(error)
        with suppress(WaiterError):
            cloudformation.get_waiter("stack_create_complete").wait(
                StackName=name, WaiterConfig=_WAIT
            )
        events = cloudformation.describe_stack_events(StackName=name)["StackEvents"]
        cloudformation.delete_stack(StackName=name)
        return "\n".join(event.get("ResourceStatusReason", "") for event in events)


def _content(asset: Path) -> bytes:
    """Return what to upload. Templates lose what ministack refuses; directories are zipped."""
    if asset.is_dir():
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as writer:
            for path in sorted(asset.rglob("*")):
                writer.write(path, path.relative_to(asset))
        return archive.getvalue()
    content = asset.read_bytes()
    if asset.name.endswith(_TEMPLATE):
        content = json.dumps(accepted(json.loads(content))).encode()
    return content
