"""The steps to an endpoint, in their order.

    model ─► configuration ─► endpoint ─┬─► autoscaling of its instances
                                        └─► inference component ─► autoscaling of its copies

Each is removed again in the opposite order.
"""

from __future__ import annotations

from typing import Any

from genai_studio.sagemaker.exchange_keys import PREFIX
from studio_endpoint.call import Call, Parameters
from studio_endpoint.deployment import TAG, VARIANT, Deployment, Mode
from studio_endpoint.scaling import component_scaling, variant_scaling
from studio_endpoint.step import Removal, Step, Until

_SAGEMAKER = "sagemaker"


def deploy_plan(deployment: Deployment) -> list[Step]:
    """Everything that is made, in order."""
    steps = [_model(deployment), _config(deployment), _endpoint(deployment)]
    if deployment.mode is Mode.SCALE_TO_ZERO:
        steps.append(_component(deployment))
        return steps + (component_scaling(deployment) if deployment.autoscales else [])
    return steps + (variant_scaling(deployment) if deployment.autoscales else [])


def endpoint_removal(name: str) -> Removal:
    """Removes an endpoint and its instances, and waits until they cost nothing more."""
    gone = Until(call=describe_endpoint(name), member="EndpointStatus")
    return Removal(name="the endpoint", call=_delete_endpoint(name), gone=gone, stands_on_rest=True)


def component_removal(name: str) -> Removal:
    """Removes an inference component, which must be gone before its endpoint can go."""
    return Removal(
        name=f"the inference component {name}",
        call=_delete_component(name),
        gone=Until(call=describe_component(name), member="InferenceComponentStatus"),
    )


def config_removal(name: str) -> Removal:
    """Removes an endpoint configuration."""
    return Removal(name=f"the configuration {name}", call=_delete_config(name))


def model_removal(name: str) -> Removal:
    """Removes a model; its weights and image stay where they are."""
    return Removal(name=f"the model {name}", call=_delete_model(name))


def describe_endpoint(name: str) -> Call:
    """Asks for an endpoint's state."""
    return Call(_SAGEMAKER, "describe_endpoint", {"EndpointName": name})


def describe_component(name: str) -> Call:
    """Asks for an inference component's state."""
    return Call(_SAGEMAKER, "describe_inference_component", {"InferenceComponentName": name})


def _model(deployment: Deployment) -> Step:
    return Step(
        name="the model",
        call=_call(
            "create_model",
            ModelName=deployment.name,
            PrimaryContainer=deployment.container.definition,
            ExecutionRoleArn=deployment.role_arn,
            EnableNetworkIsolation=deployment.container.isolated,
            Tags=_tags(deployment),
        ),
        undo=_delete_model(deployment.name),
    )


def _config(deployment: Deployment) -> Step:
    more: dict[str, Any] = {}
    if deployment.mode is Mode.SCALE_TO_ZERO:
        more = {
            "ExecutionRoleArn": deployment.role_arn,
            "EnableNetworkIsolation": deployment.container.isolated,
        }
    if deployment.mode is Mode.ASYNC:
        more = {"AsyncInferenceConfig": _async_config(deployment)}
    return Step(
        name="the configuration",
        call=_call(
            "create_endpoint_config",
            EndpointConfigName=deployment.name,
            ProductionVariants=[_variant(deployment)],
            Tags=_tags(deployment),
            **more,
        ),
        undo=_delete_config(deployment.name),
    )


def _variant(deployment: Deployment) -> Parameters:
    container = deployment.container
    variant: dict[str, Any] = {
        "VariantName": VARIANT,
        "InstanceType": deployment.instance_type,
        "InitialInstanceCount": max(deployment.minimum, 1),
        **_given(VolumeSizeInGB=container.volume_gb, InferenceAmiVersion=container.ami),
    }
    if deployment.mode is Mode.SCALE_TO_ZERO:
        return variant | {
            "ManagedInstanceScaling": {
                "Status": "ENABLED",
                "MinInstanceCount": deployment.minimum,
                "MaxInstanceCount": deployment.maximum,
            },
            "RoutingConfig": {"RoutingStrategy": "LEAST_OUTSTANDING_REQUESTS"},
        }
    return variant | {"ModelName": deployment.name, **_patience(deployment)}


def _async_config(deployment: Deployment) -> Parameters:
    # Where the studio looks for answers; the endpoint may write nowhere else.
    output = f"s3://{deployment.bucket}/{PREFIX}".rstrip("/")
    topics = _given(
        SuccessTopic=deployment.success_topic,
        ErrorTopic=deployment.error_topic,
    )
    return {
        # A GPU draws one picture after the other: more would only wait inside.
        "ClientConfig": {"MaxConcurrentInvocationsPerInstance": 1},
        "OutputConfig": {
            "S3OutputPath": output,
            "S3FailurePath": f"{output}/failures",
            **_given(NotificationConfig=topics or None),
        },
    }


def _endpoint(deployment: Deployment) -> Step:
    removal = endpoint_removal(deployment.name)
    return Step(
        name=removal.name,
        call=_call(
            "create_endpoint",
            EndpointName=deployment.name,
            EndpointConfigName=deployment.name,
            Tags=_tags(deployment),
        ),
        until=Until(
            call=describe_endpoint(deployment.name),
            member="EndpointStatus",
            done=frozenset({"InService"}),
            failed=frozenset({"Failed", "OutOfService", "UpdateRollbackFailed"}),
        ),
        undo=removal.call,
        gone=removal.gone,
        stands_on_rest=removal.stands_on_rest,
    )


def _component(deployment: Deployment) -> Step:
    removal = component_removal(deployment.name)
    devices = {"NumberOfAcceleratorDevicesRequired": 1} if deployment.gpu else {}
    return Step(
        name="the inference component",
        call=_call(
            "create_inference_component",
            InferenceComponentName=deployment.name,
            EndpointName=deployment.name,
            VariantName=VARIANT,
            Specification={
                "ModelName": deployment.name,
                **_given(StartupParameters=_patience(deployment) or None),
                "ComputeResourceRequirements": {
                    **(devices or {"NumberOfCpuCoresRequired": 1}),
                    "MinMemoryRequiredInMb": deployment.container.memory_mb,
                },
            },
            RuntimeConfig={"CopyCount": max(deployment.minimum, 1)},
            Tags=_tags(deployment),
        ),
        until=Until(
            call=describe_component(deployment.name),
            member="InferenceComponentStatus",
            done=frozenset({"InService"}),
            failed=frozenset({"Failed"}),
        ),
        undo=removal.call,
        gone=removal.gone,
    )


def _patience(deployment: Deployment) -> dict[str, Any]:
    return _given(
        ModelDataDownloadTimeoutInSeconds=deployment.container.download_seconds,
        ContainerStartupHealthCheckTimeoutInSeconds=deployment.container.startup_seconds,
    )


def _delete_model(name: str) -> Call:
    return _call("delete_model", ModelName=name)


def _delete_config(name: str) -> Call:
    return _call("delete_endpoint_config", EndpointConfigName=name)


def _delete_endpoint(name: str) -> Call:
    return _call("delete_endpoint", EndpointName=name)


def _delete_component(name: str) -> Call:
    return _call("delete_inference_component", InferenceComponentName=name)


def _call(operation: str, **parameters: Any) -> Call:
    return Call(_SAGEMAKER, operation, parameters)


def _tags(deployment: Deployment) -> list[dict[str, str]]:
    return [{"Key": TAG, "Value": deployment.name}]


def _given(**members: Any) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}
