"""The deployed stack: what it told, and its end."""

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
"""As Amplify names it after `amplify/cdk.json`; a test holds the two together."""


def deploy(account: Account) -> None:
    """Run `cdk deploy`, which asks before it widens anybody's rights.

    Raises:
        Problem: It ended with an error, which it has printed.
    """
    cdk = AMPLIFY / "node_modules" / ".bin" / "cdk"
    environment = os.environ | {"AWS_REGION": account.region}
    # Bundles of `make lambda` alone are deployed.
    environment.pop("GENAI_STUDIO_LAMBDA_DIST", None)
    ended = subprocess.run([str(cdk), "deploy", STACK], cwd=AMPLIFY, env=environment, check=False)
    if ended.returncode:
        raise Problem("The CDK could not deploy the stack; it says why above.", "make deploy")


def outputs(account: Account) -> dict[str, str]:
    """What the stack told, by name.

    Raises:
        Problem: It is not there.
    """
    cloudformation = account.client("cloudformation")
    try:
        [found] = cloudformation.describe_stacks(StackName=STACK)["Stacks"]
    except ClientError as error:
        if "does not exist" not in error.response["Error"].get("Message", ""):
            raise
        command = f"make deploy REGION={account.region}"
        raise Problem(f"There is no studio in {account.region}.", command) from None
    return {one["OutputKey"]: one["OutputValue"] for one in found.get("Outputs", [])}


def delete(account: Account) -> None:
    """Delete the stack, and wait until it is gone. What it retains stays."""
    cloudformation = account.client("cloudformation")
    cloudformation.delete_stack(StackName=STACK)
    cloudformation.get_waiter("stack_delete_complete").wait(StackName=STACK)
