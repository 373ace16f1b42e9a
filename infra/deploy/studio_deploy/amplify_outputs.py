"""Convert the outputs of the CloudFormation stack to `amplify_outputs.json`.

An Amplify Hosting build converts the file that `cdk deploy --outputs-file` wrote, and
publishes the part that browsers need::

    python -m studio_deploy.amplify_outputs cdk-outputs.json > amplify_outputs.json
    python -m studio_deploy.page_outputs amplify_outputs.json > …/web/amplify_outputs.json
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def amplify_outputs(stack_outputs: Mapping[str, str]) -> dict[str, Any]:
    """Build the content of `amplify_outputs.json`, in the format of Amplify's own tool.

    `auth` contains the user pool alone. With an identity pool, clients of Amplify also
    call cognito-identity, which the page's Content-Security-Policy blocks.
    """
    custom: dict[str, Any] = json.loads(stack_outputs["customOutputs"])
    required = set(json.loads(stack_outputs["passwordPolicyRequirements"]))
    auth = {
        "aws_region": stack_outputs["authRegion"],
        "user_pool_id": stack_outputs["userPoolId"],
        "user_pool_client_id": stack_outputs["webClientId"],
        "username_attributes": json.loads(stack_outputs["usernameAttributes"]),
        "standard_required_attributes": json.loads(stack_outputs["signupAttributes"]),
        "user_verification_types": json.loads(stack_outputs["verificationMechanisms"]),
        "mfa_configuration": {"OPTIONAL": "OPTIONAL", "ON": "REQUIRED"}.get(
            stack_outputs["mfaConfiguration"], "NONE"
        ),
        "mfa_methods": json.loads(stack_outputs["mfaTypes"]),
        "password_policy": {
            "min_length": int(stack_outputs["passwordPolicyMinLength"]),
            "require_lowercase": "REQUIRES_LOWERCASE" in required,
            "require_uppercase": "REQUIRES_UPPERCASE" in required,
            "require_numbers": "REQUIRES_NUMBERS" in required,
            "require_symbols": "REQUIRES_SYMBOLS" in required,
        },
    }
    return {"version": custom.pop("version"), "auth": auth, **custom}


if __name__ == "__main__":
    # The CDK writes the outputs by stack name; only one stack is deployed.
    [only_stack] = json.loads(Path(sys.argv[1]).read_text("utf-8")).values()
    sys.stdout.write(json.dumps(amplify_outputs(only_stack), indent=2) + "\n")
