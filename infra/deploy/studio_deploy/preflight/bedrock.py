"""The check of a model in Amazon Bedrock before a deployment."""

from __future__ import annotations

from dataclasses import dataclass

from studio_deploy.account import Account
from studio_deploy.preflight.calls import InvalidRequest, call
from studio_deploy.problems import Problem


@dataclass(frozen=True, slots=True)
class Bedrock:
    """A model in Amazon Bedrock, and the region in which it is called."""

    model: str
    region: str


def check_bedrock(account: Account, bedrock: Bedrock) -> None:
    """Check that the account may use the model, and that the region offers it.

    The functions' roles cannot subscribe to a model in AWS Marketplace, so the operator
    must have done so.

    Raises:
        Problem: It is not available, or the account has no subscription.
    """
    model, region = bedrock.model, bedrock.region
    client = account.in_region(region).client("bedrock")
    unavailable = Problem(
        f"Amazon Bedrock does not offer {model} in {region}.",
        f"aws bedrock list-foundation-models --by-output-modality IMAGE --region {region}",
    )
    try:
        found = call(
            lambda: client.get_foundation_model_availability(modelId=model),
            unavailable,
            "bedrock:GetFoundationModelAvailability",
        )
    except InvalidRequest:
        raise unavailable from None
    if found["regionAvailability"] != "AVAILABLE":
        raise unavailable
    if found["authorizationStatus"] != "AUTHORIZED":
        raise Problem(
            f"The account is not authorized to use {model}, for example by a policy of its"
            " organization.",
            f"aws bedrock get-foundation-model-availability --model-id {model} --region {region}",
        )
    agreement = found["agreementAvailability"]["status"]
    if agreement == "PENDING":
        raise Problem(
            f"The subscription to {model} is being set up. This takes up to 15 minutes.",
            f"aws bedrock get-foundation-model-availability --model-id {model} --region {region}",
        )
    if agreement != "AVAILABLE" or found["entitlementAvailability"] != "AVAILABLE":
        raise Problem(
            f"The account has no subscription to {model}. The first call of a user with the"
            " permissions aws-marketplace:Subscribe and aws-marketplace:ViewSubscriptions"
            " creates it. It costs one image:",
            f"aws bedrock-runtime invoke-model --model-id {model} --region {region}"
            " --cli-binary-format raw-in-base64-out"
            """ --body '{"prompt": "a red apple", "mode": "text-to-image"}' image.json""",
        )
