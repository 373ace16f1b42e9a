"""Deployment, outputs and deletion of the CloudFormation stack."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from botocore.exceptions import ClientError

from studio_deploy.account import Account
from studio_deploy.problems import Problem

ROOT = Path(__file__).parents[3]
AMPLIFY = ROOT / "amplify"

STACK = "amplify-genaistudio-main-standalone-d1022763b2"
"""The name that Amplify derives from the context in `amplify/cdk.json`. A test compares them."""


def deploy(account: Account) -> None:
    """Run `cdk deploy`, which asks for approval before it extends permissions.

    Raises:
        Problem: The CDK failed. It has printed the reason.
    """
    cdk = AMPLIFY / "node_modules" / ".bin" / "cdk"
    environment = os.environ | {"AWS_REGION": account.region}
    # Deploy only bundles that `make lambda` built, never those of tests.
    environment.pop("GENAI_STUDIO_LAMBDA_DIST", None)
    run = subprocess.run([str(cdk), "deploy", STACK], cwd=AMPLIFY, env=environment, check=False)
    if run.returncode:
        raise Problem(
            "The CDK could not deploy the stack. See its output above. Deploy again, or remove"
            f" what was created: make destroy REGION={account.region}",
            f"make deploy REGION={account.region}",
        )


def outputs(account: Account) -> dict[str, str]:
    """Return the outputs of the deployed stack by name.

    Raises:
        Problem: The stack does not exist.
    """
    cloudformation = account.client("cloudformation")
    try:
        [found] = cloudformation.describe_stacks(StackName=STACK)["Stacks"]
    except ClientError as error:
        if "does not exist" not in error.response["Error"].get("Message", ""):
            raise
        command = f"make deploy REGION={account.region}"
        raise Problem(f"There is no studio in {account.region}.", command) from None
    return {output["OutputKey"]: output["OutputValue"] for output in found.get("Outputs", [])}


def delete(account: Account) -> None:
    """Delete the stack and wait until the deletion is complete. Retained resources stay."""
    cloudformation = account.client("cloudformation")
    cloudformation.delete_stack(StackName=STACK)
    cloudformation.get_waiter("stack_delete_complete").wait(StackName=STACK)
