"""What an endpoint is doing, and what it costs while it does."""

from __future__ import annotations

from dataclasses import dataclass

from studio_endpoint.ask import ask, ask_if_there
from studio_endpoint.call import Call, Clients, Parameters
from studio_endpoint.deployment import Mode, checked_name
from studio_endpoint.plan import describe_component, describe_endpoint


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointStatus:
    """An endpoint as it is now.

    Attributes:
        name: Its own.
        mode: How it is called; told by its configuration.
        state: AWS's `EndpointStatus`, such as `InService`.
        reason: Why it failed, or an empty text.
        instance_type: Of its instances.
        instances: That run now, and are charged.
        desired: That autoscaling wants.
        component: State of its inference component, or None where it has none.
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
    """Ask AWS for an endpoint's state.

    Raises:
        NotFound: There is no such endpoint in this region.
        EndpointProblem: AWS refused a question.
    """
    checked_name(name)
    endpoint = ask(describe_endpoint(name), clients)
    config = ask(
        Call(
            "sagemaker",
            "describe_endpoint_config",
            {"EndpointConfigName": endpoint["EndpointConfigName"]},
        ),
        clients,
    )
    variant = config["ProductionVariants"][0]
    # An endpoint that is being made or that failed has no variants to tell of.
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
    by_component = "ModelName" not in config["ProductionVariants"][0]
    return Mode.SCALE_TO_ZERO if by_component else Mode.REAL_TIME


def _component(name: str, clients: Clients) -> str:
    told = ask_if_there(describe_component(name), clients)
    if told is None:
        return "gone"
    copies = told.get("RuntimeConfig", {}).get("CurrentCopyCount", 0)
    return f"{told['InferenceComponentStatus']}, {copies} running"
