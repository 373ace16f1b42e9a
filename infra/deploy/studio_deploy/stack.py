"""The deployed stack: what it told, and its end."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

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


def amplify_outputs(told: Mapping[str, str]) -> dict[str, Any]:
    """The content of `amplify_outputs.json`, in the form of Amplify's own tool."""
    custom: dict[str, Any] = json.loads(told["customOutputs"])
    wanted = set(json.loads(told["passwordPolicyRequirements"]))
    auth = {
        "aws_region": told["authRegion"],
        "user_pool_id": told["userPoolId"],
        "user_pool_client_id": told["webClientId"],
        "identity_pool_id": told["identityPoolId"],
        "username_attributes": json.loads(told["usernameAttributes"]),
        "standard_required_attributes": json.loads(told["signupAttributes"]),
        "user_verification_types": json.loads(told["verificationMechanisms"]),
        "unauthenticated_identities_enabled": told["allowUnauthenticatedIdentities"] == "true",
        "mfa_configuration": {"OPTIONAL": "OPTIONAL", "ON": "REQUIRED"}.get(
            told["mfaConfiguration"], "NONE"
        ),
        "mfa_methods": json.loads(told["mfaTypes"]),
        "password_policy": {
            "min_length": int(told["passwordPolicyMinLength"]),
            "require_lowercase": "REQUIRES_LOWERCASE" in wanted,
            "require_uppercase": "REQUIRES_UPPERCASE" in wanted,
            "require_numbers": "REQUIRES_NUMBERS" in wanted,
            "require_symbols": "REQUIRES_SYMBOLS" in wanted,
        },
    }
    return {"version": custom.pop("version"), "auth": auth, **custom}


def delete(account: Account) -> None:
    """Delete the stack, and wait until it is gone. What it retains stays."""
    cloudformation = account.client("cloudformation")
    cloudformation.delete_stack(StackName=STACK)
    cloudformation.get_waiter("stack_delete_complete").wait(StackName=STACK)
