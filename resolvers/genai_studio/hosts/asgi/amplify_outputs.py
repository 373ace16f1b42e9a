"""What the page is told about its studio, in the form of the file that Amplify writes.

So the same page runs in an AWS account and here. Amplify's format has no word
for where a host of one's own is, nor for a user pool outside of AWS: those
stand under `custom`.
"""

from __future__ import annotations

from genai_studio.aws.user_pool import UserPool


def amplify_outputs(version: str, user_pool: UserPool | None) -> dict[str, object]:
    """The content of `/amplify_outputs.json`.

    Args:
        version: The package's.
        user_pool: What signs people in; None where a printed link does.
    """
    studio: dict[str, str] = {
        "mode": "local" if user_pool is None else "cognito",
        "graphqlUrl": "/graphql",
        "subscriptionUrl": "/graphql",
        "version": version,
    }
    outputs: dict[str, object] = {"version": "1.4", "custom": {"studio": studio}}
    if user_pool is None:
        return outputs
    if user_pool.own_endpoint is not None:
        studio["userPoolEndpoint"] = user_pool.own_endpoint
    auth = {
        "user_pool_id": user_pool.pool_id,
        "user_pool_client_id": user_pool.client_id,
        "aws_region": user_pool.region,
        # What Amplify makes of `loginWith: { email: true }`. Where the pool keeps
        # user names of their own, an e-mail address is a good one.
        "username_attributes": ["email"],
        "standard_required_attributes": ["email"],
        "user_verification_types": ["email"],
    }
    return outputs | {"auth": auth}
