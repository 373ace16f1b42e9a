"""The removals of an endpoint's resources, in order.

The plan is built from what exists in AWS, not from a local record. An endpoint can therefore
be removed from any machine, even after an interrupted deployment.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from studio_endpoint.aws.call import Call, Clients
from studio_endpoint.aws.send import send_or_none
from studio_endpoint.errors import NotManaged
from studio_endpoint.plan.deploy_plan import (
    component_removal,
    config_removal,
    describe_component,
    describe_endpoint,
    endpoint_removal,
    model_removal,
)
from studio_endpoint.plan.scaling import scaling_removals
from studio_endpoint.plan.step import Removal
from studio_endpoint.specification.deployment import TAG, validated_name


def removal_plan(name: str, clients: Clients, *, foreign: bool = False) -> list[Removal]:
    """Return the removals of an endpoint's resources, in order. Makes read-only calls.

    Args:
        name: Name of the endpoint.
        clients: Source of the boto3 clients.
        foreign: Whether to accept an endpoint that another tool created.

    Raises:
        NotManaged: Another tool created the endpoint, and `foreign` is false.
        StudioEndpointError: AWS rejected a call.
    """
    validated_name(name)
    endpoint = send_or_none(describe_endpoint(name), clients)
    if endpoint is not None and not foreign:
        _check_managed(name, endpoint["EndpointArn"], clients)
    # Without the endpoint, leftovers of a deployment have the endpoint's name.
    config_name = name if endpoint is None else endpoint["EndpointConfigName"]
    components = list(_components(name, clients)) if endpoint is not None else []
    models = _models(name, config_name, components, clients)
    return [
        *scaling_removals(name, components=components or [name]),
        *(component_removal(component) for component in components),
        endpoint_removal(name),
        config_removal(config_name),
        *(model_removal(model) for model in models),
    ]


def _check_managed(name: str, arn: str, clients: Clients) -> None:
    tags = send_or_none(Call("sagemaker", "list_tags", {"ResourceArn": arn}), clients) or {}
    if not any(tag["Key"] == TAG for tag in tags.get("Tags", ())):
        raise NotManaged(
            f"The endpoint {name} has no tag “{TAG}”: studio-endpoint did not create it. "
            "To delete it nevertheless, add --foreign."
        )


def _components(name: str, clients: Clients) -> Iterator[str]:
    page: dict[str, Any] = {}
    while True:
        call = Call("sagemaker", "list_inference_components", {"EndpointNameEquals": name, **page})
        response = send_or_none(call, clients) or {}
        for component in response.get("InferenceComponents", ()):
            yield component["InferenceComponentName"]
        if not response.get("NextToken"):
            return
        page = {"NextToken": response["NextToken"]}


def _models(name: str, config_name: str, components: list[str], clients: Clients) -> list[str]:
    describe = Call("sagemaker", "describe_endpoint_config", {"EndpointConfigName": config_name})
    config = send_or_none(describe, clients)
    if config is None:
        return [name]
    named = [variant.get("ModelName") for variant in config["ProductionVariants"]]
    for component in components:
        description = send_or_none(describe_component(component), clients) or {}
        named.append(description.get("Specification", {}).get("ModelName"))
    # Remove duplicates, keep the order.
    return list(dict.fromkeys(model for model in named if model))
