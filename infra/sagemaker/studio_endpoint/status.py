"""The current state of an endpoint."""

from __future__ import annotations

from dataclasses import dataclass

from studio_endpoint.aws.call import Call, Clients, Parameters
from studio_endpoint.aws.send import send, send_or_none
from studio_endpoint.plan.deploy_plan import describe_component, describe_endpoint
from studio_endpoint.specification.deployment import Mode, validated_name


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointStatus:
    """The current state of an endpoint.

    Attributes:
        name: Name of the endpoint.
        mode: How it is invoked, derived from its configuration.
        state: AWS's `EndpointStatus`, such as `InService`.
        reason: Reason of a failure, or an empty string.
        instance_type: Type of its instances.
        instances: Number of running instances. These are charged.
        desired: Number of instances that autoscaling requests.
        component: State of its inference component, or None if it has none.
    """

    name: str
    mode: Mode
    state: str
    reason: str
    instance_type: str
    instances: int
    desired: int
    component: str | None = None


def endpoint_status(name: str, clients: Clients) -> EndpointStatus:
    """Return an endpoint's current state.

    Raises:
        NotFound: The region has no endpoint with this name.
        StudioEndpointError: AWS rejected a call.
    """
    validated_name(name)
    endpoint = send(describe_endpoint(name), clients)
    config = send(
        Call(
            "sagemaker",
            "describe_endpoint_config",
            {"EndpointConfigName": endpoint["EndpointConfigName"]},
        ),
        clients,
    )
    variant = config["ProductionVariants"][0]
    # AWS lists no variants while an endpoint is being created, and after a failure.
    running = (endpoint.get("ProductionVariants") or [{}])[0]
    mode = _mode(config)
    return EndpointStatus(
        name=name,
        mode=mode,
        state=endpoint["EndpointStatus"],
        reason=endpoint.get("FailureReason", ""),
        instance_type=variant.get("InstanceType", "unknown"),
        instances=running.get("CurrentInstanceCount", 0),
        desired=running.get("DesiredInstanceCount", 0),
        component=_component(name, clients) if mode is Mode.SCALE_TO_ZERO else None,
    )


def _mode(config: Parameters) -> Mode:
    if "AsyncInferenceConfig" in config:
        return Mode.ASYNC
    has_component = "ModelName" not in config["ProductionVariants"][0]
    return Mode.SCALE_TO_ZERO if has_component else Mode.REAL_TIME


def _component(name: str, clients: Clients) -> str:
    description = send_or_none(describe_component(name), clients)
    if description is None:
        return "gone"
    copies = description.get("RuntimeConfig", {}).get("CurrentCopyCount", 0)
    return f"{description['InferenceComponentStatus']}, {copies} running"
