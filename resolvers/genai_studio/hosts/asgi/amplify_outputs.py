"""The configuration of the web page, in the format of Amplify's `amplify_outputs.json`.

The same page therefore runs in an AWS account and on this host. Amplify's format
has no fields for the URL of this host or for a user pool outside AWS; these are
under `custom`.
"""

from __future__ import annotations

from genai_studio.aws.user_pool import UserPool


def amplify_outputs(
    version: str, user_pool: UserPool | None, base_path: str = ""
) -> dict[str, object]:
    """Return the content of `/amplify_outputs.json`.

    Args:
        version: Version of the package.
        user_pool: The user pool for sign-in; None if users sign in with the link
            that the studio prints.
        base_path: Path of the studio behind a reverse proxy.
    """
    studio: dict[str, str] = {
        "mode": "local" if user_pool is None else "cognito",
        "graphqlUrl": f"{base_path}/graphql",
        "subscriptionUrl": f"{base_path}/graphql",
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
        # As Amplify generates for `loginWith: { email: true }`. A pool with separate
        # user names accepts an email address as user name.
        "username_attributes": ["email"],
        "standard_required_attributes": ["email"],
        "user_verification_types": ["email"],
    }
    return outputs | {"auth": auth}
