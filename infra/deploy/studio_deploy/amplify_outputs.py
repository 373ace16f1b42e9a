"""What the page, the command line and `make smoke` read of a deployed stack.

    python -m studio_deploy.amplify_outputs cdk-outputs.json > amplify_outputs.json

writes it from what `cdk deploy --outputs-file` wrote, in a build of Amplify's own.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any


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


if __name__ == "__main__":
    [written] = json.loads(Path(sys.argv[1]).read_text("utf-8")).values()
    sys.stdout.write(json.dumps(amplify_outputs(written), indent=2) + "\n")
