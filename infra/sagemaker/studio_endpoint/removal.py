"""What there is of an endpoint, and the order in which it is removed.

It is looked for rather than remembered, so that an endpoint can be removed
from any machine, also one whose deployment was cut off in the middle.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from studio_endpoint.ask import ask_if_there
from studio_endpoint.call import Call, Clients
from studio_endpoint.deployment import TAG, checked_name
from studio_endpoint.errors import NotOurs
from studio_endpoint.plan import (
    component_removal,
    config_removal,
    describe_component,
    describe_endpoint,
    endpoint_removal,
    model_removal,
)
from studio_endpoint.scaling import scaling_removals
from studio_endpoint.step import Removal


def removal_plan(name: str, clients: Clients, *, foreign: bool = False) -> list[Removal]:
    """Everything of an endpoint, in the order in which it is removed.

    Args:
        name: Of the endpoint.
        clients: Where the clients come from; only questions are asked.
        foreign: Also an endpoint that was made by something else.

    Raises:
        NotOurs: It was, and `foreign` is not said.
        EndpointProblem: AWS refused a question.
    """
    checked_name(name)
    endpoint = ask_if_there(describe_endpoint(name), clients)
    if endpoint is not None and not foreign:
        _check_ours(name, endpoint["EndpointArn"], clients)
    # Without the endpoint, what a deployment left behind bears the same name.
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


def _check_ours(name: str, arn: str, clients: Clients) -> None:
    tags = ask_if_there(Call("sagemaker", "list_tags", {"ResourceArn": arn}), clients) or {}
    if not any(tag["Key"] == TAG for tag in tags.get("Tags", ())):
        raise NotOurs(
            f"The endpoint {name} has no tag “{TAG}”: studio-endpoint did not make it. "
            "Say --foreign to remove it all the same."
        )


def _components(name: str, clients: Clients) -> Iterator[str]:
    page: dict[str, Any] = {}
    while True:
        call = Call("sagemaker", "list_inference_components", {"EndpointNameEquals": name, **page})
        answer = ask_if_there(call, clients) or {}
        for component in answer.get("InferenceComponents", ()):
            yield component["InferenceComponentName"]
        if not answer.get("NextToken"):
            return
        page = {"NextToken": answer["NextToken"]}


def _models(name: str, config_name: str, components: list[str], clients: Clients) -> list[str]:
    describe = Call("sagemaker", "describe_endpoint_config", {"EndpointConfigName": config_name})
    config = ask_if_there(describe, clients)
    if config is None:
        return [name]
    named = [variant.get("ModelName") for variant in config["ProductionVariants"]]
    for component in components:
        told = ask_if_there(describe_component(component), clients) or {}
        named.append(told.get("Specification", {}).get("ModelName"))
    # In their order, each once.
    return list(dict.fromkeys(model for model in named if model))
