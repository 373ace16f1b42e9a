"""The outputs of the deployed stack, as `make deploy` reads them from CloudFormation."""

from __future__ import annotations

import json

from tests.infra.deploy.stubbed_account import REGION


def stack_outputs(
    region: str = REGION,
    pool: str = "eu-central-1_Ab12Cd34E",
    pool_client: str = "1a2b3c",
    bucket: str = "images-1a2b",
) -> dict[str, str]:
    """Return the outputs. A test compares their names with the synthesized template."""
    return {
        "authRegion": region,
        "userPoolId": pool,
        "webClientId": pool_client,
        "usernameAttributes": '["email"]',
        "signupAttributes": '["email"]',
        "verificationMechanisms": '["email"]',
        "mfaConfiguration": "OPTIONAL",
        "mfaTypes": '["TOTP"]',
        "passwordPolicyMinLength": "12",
        "passwordPolicyRequirements": '["REQUIRES_NUMBERS","REQUIRES_SYMBOLS"]',
        "customOutputs": json.dumps(
            {
                "version": "1.4",
                "data": {
                    "url": f"https://ab12.appsync-api.{region}.amazonaws.com/graphql",
                    "aws_region": region,
                },
                "storage": {"bucket_name": bucket, "aws_region": region},
                "custom": {
                    "page_app_id": "d1a2b3c4",
                    "page_url": "https://main.d1a2b3c4.amplifyapp.com",
                    "http_url": f"https://x.execute-api.{region}.amazonaws.com/graphql",
                    "records_table": "Records-1",
                    "endpoint": "genai-studio",
                    "daily_images_studio": 500,
                    "worker_concurrency": 2,
                    "inference_done_topic": f"arn:aws:sns:{region}:123456789012:done",
                    "inference_failed_topic": f"arn:aws:sns:{region}:123456789012:failed",
                },
            }
        ),
    }
