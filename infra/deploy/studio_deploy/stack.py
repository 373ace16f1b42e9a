"""Deployment, outputs and deletion of the CloudFormation stack.

Each step can be repeated. `prepare` waits for an operation that an interrupted command left
running, and replaces a change set that was not executed. The CDK deletes a stack whose
creation failed before it prepares a new one.
"""

from __future__ import annotations

import os
import subprocess
from datetime import datetime
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from studio_deploy.account import Account
from studio_deploy.problems import Problem
from studio_deploy.progress import say
from studio_deploy.stack_events import follow, in_progress, server_time

ROOT = Path(__file__).parents[3]
AMPLIFY = ROOT / "amplify"

STACK = "amplify-genaistudio-main-standalone-d1022763b2"
"""The name that Amplify derives from the context in `amplify/cdk.json`. A test compares them."""

CHANGE_SET = "genai-studio"

_SUCCEEDED = ("CREATE_COMPLETE", "UPDATE_COMPLETE")


def prepare(account: Account) -> None:
    """Upload the code and prepare a change set with `cdk deploy`.

    The CDK asks for approval before it extends permissions.

    Raises:
        Problem: The CDK failed. It has printed the reason. Or the stack must be repaired first.
    """
    found = find(account)
    if found is not None:
        status = found["StackStatus"]
        if in_progress(status):
            say(f"    Waiting for an earlier operation ({status}).")
            status = follow(account, found["StackId"], _begun(found))
        if status == "UPDATE_ROLLBACK_FAILED":
            raise Problem(
                "An earlier update failed, and so did its rollback. Continue the rollback, then"
                " deploy again:",
                f"aws cloudformation continue-update-rollback --stack-name {STACK}"
                f" --region {account.region}",
            )
        if status == "DELETE_FAILED":
            raise Problem(
                "An earlier removal of the studio failed. Complete it, then deploy again:",
                f"make destroy REGION={account.region}",
            )
        _discard_change_set(account)
    cdk = AMPLIFY / "node_modules" / ".bin" / "cdk"
    environment = os.environ | {"AWS_REGION": account.region}
    # Deploy only bundles that `make lambda` built, never those of tests.
    environment.pop("GENAI_STUDIO_LAMBDA_DIST", None)
    method = ["--method", "prepare-change-set", "--change-set-name", CHANGE_SET]
    command = [str(cdk), "deploy", STACK, *method]
    run = subprocess.run(command, cwd=AMPLIFY, env=environment, check=False)
    if run.returncode:
        raise Problem(
            "The CDK could not prepare the deployment. See its output above. Deploy again, or"
            f" remove what was created: make destroy REGION={account.region}",
            f"make deploy REGION={account.region}",
        )


def execute(account: Account) -> None:
    """Execute the prepared change set, if there is one, and print its progress.

    Raises:
        Problem: CloudFormation could not apply it. The reasons are printed.
    """
    cloudformation = account.client("cloudformation")
    try:
        change_set = cloudformation.describe_change_set(StackName=STACK, ChangeSetName=CHANGE_SET)
    except ClientError as error:
        if error.response["Error"]["Code"] not in (
            "ChangeSetNotFound",
            "ChangeSetNotFoundException",
        ):
            raise
        say("    The resources are up to date.")
        return
    since = server_time(change_set)
    cloudformation.execute_change_set(StackName=STACK, ChangeSetName=CHANGE_SET)
    status = follow(account, change_set["StackId"], since)
    if status not in _SUCCEEDED:
        raise Problem(
            f"CloudFormation could not deploy the stack: {status}. The reasons are above. Correct"
            " them and deploy again, or remove what was created:"
            f" make destroy REGION={account.region}",
            f"make deploy REGION={account.region}",
        )


def find(account: Account) -> dict[str, Any] | None:
    """Return the description of the stack. None if it does not exist."""
    try:
        [found] = account.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"]
    except ClientError as error:
        if "does not exist" not in error.response["Error"].get("Message", ""):
            raise
        return None
    return dict(found)


def outputs(account: Account) -> dict[str, str]:
    """Return the outputs of the deployed stack by name.

    Raises:
        Problem: The stack does not exist.
    """
    found = find(account)
    if found is None:
        command = f"make deploy REGION={account.region}"
        raise Problem(f"There is no studio in {account.region}.", command)
    return {output["OutputKey"]: output["OutputValue"] for output in found.get("Outputs", [])}


def delete(account: Account) -> None:
    """Delete the stack and wait until the deletion is complete. Retained resources stay.

    It works after a failed creation too (ROLLBACK_COMPLETE, ROLLBACK_FAILED), and after a
    failed deletion: resources that CloudFormation cannot delete are then left behind.

    Raises:
        Problem: CloudFormation is changing the stack, or could not delete it.
    """
    found = find(account)
    if found is None:
        return
    cloudformation, stack_id = account.client("cloudformation"), found["StackId"]
    if found["StackStatus"].startswith("UPDATE_") and in_progress(found["StackStatus"]):
        say(f"    Waiting for an earlier operation ({found['StackStatus']}).")
        follow(account, stack_id, _begun(found))
    for mode in ("STANDARD", "FORCE_DELETE_STACK"):
        response = cloudformation.delete_stack(StackName=stack_id, DeletionMode=mode)
        status = follow(account, stack_id, server_time(response))
        if status != "DELETE_FAILED":
            break
        say("    Some resources could not be deleted. Leaving them behind.")
    if status != "DELETE_COMPLETE":
        raise Problem(
            f"CloudFormation could not delete the stack: {status}. The reasons are above.",
            f"aws cloudformation describe-stack-events --stack-name {STACK}"
            f" --region {account.region}",
        )


def _begun(stack: dict[str, Any]) -> datetime:
    """Return when the current operation of a stack began."""
    begun: datetime = stack.get("LastUpdatedTime") or stack["CreationTime"]
    return begun


def _discard_change_set(account: Account) -> None:
    """Delete a change set that an interrupted deployment left. The CDK may create none."""
    try:
        account.client("cloudformation").delete_change_set(
            StackName=STACK, ChangeSetName=CHANGE_SET
        )
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("ChangeSetNotFound", "ValidationError"):
            raise
