"""The steps of a deployment, in order.

    model ─► configuration ─► endpoint ─┬─► autoscaling of its instances
                                        └─► inference component ─► autoscaling of its copies

A rollback removes them in reverse order.
"""

from __future__ import annotations

from typing import Any

from genai_studio.sagemaker.exchange_keys import PREFIX
from studio_endpoint.aws.call import Call, Parameters
from studio_endpoint.aws.waiter import WaitCondition
from studio_endpoint.plan.scaling import component_scaling, variant_scaling
from studio_endpoint.plan.step import Removal, Step
from studio_endpoint.specification.deployment import TAG, VARIANT, Deployment, Mode

_SAGEMAKER = "sagemaker"


def deploy_plan(deployment: Deployment) -> list[Step]:
    """Return the steps that create an endpoint, in order."""
    steps = [_model(deployment), _config(deployment), _endpoint(deployment)]
    if deployment.mode is Mode.SCALE_TO_ZERO:
        steps.append(_component(deployment))
        return steps + (component_scaling(deployment) if deployment.autoscales else [])
    return steps + (variant_scaling(deployment) if deployment.autoscales else [])


def endpoint_removal(name: str) -> Removal:
    """Return the removal of an endpoint and its instances, which waits until they are gone."""
    gone = WaitCondition(call=describe_endpoint(name), member="EndpointStatus")
    return Removal(
        name="the endpoint", call=_delete_endpoint(name), gone=gone, required_by_rest=True
    )


def component_removal(name: str) -> Removal:
    """Return the removal of an inference component. It must precede its endpoint's removal."""
    return Removal(
        name=f"the inference component {name}",
        call=_delete_component(name),
        gone=WaitCondition(call=describe_component(name), member="InferenceComponentStatus"),
    )


def config_removal(name: str) -> Removal:
    """Return the removal of an endpoint configuration."""
    return Removal(name=f"the configuration {name}", call=_delete_config(name))


def model_removal(name: str) -> Removal:
    """Return the removal of a model. Its weights and image remain."""
    return Removal(name=f"the model {name}", call=_delete_model(name))


def describe_endpoint(name: str) -> Call:
    """Return the call that describes an endpoint."""
    return Call(_SAGEMAKER, "describe_endpoint", {"EndpointName": name})


def describe_component(name: str) -> Call:
    """Return the call that describes an inference component."""
    return Call(_SAGEMAKER, "describe_inference_component", {"InferenceComponentName": name})


def _model(deployment: Deployment) -> Step:
    return Step(
        name="the model",
        call=_call(
            "create_model",
            ModelName=deployment.name,
            PrimaryContainer=deployment.container.definition,
            ExecutionRoleArn=deployment.role_arn,
            EnableNetworkIsolation=deployment.container.network_isolation,
            Tags=_tags(deployment),
        ),
        undo=_delete_model(deployment.name),
    )


def _config(deployment: Deployment) -> Step:
    extra: dict[str, Any] = {}
    if deployment.mode is Mode.SCALE_TO_ZERO:
        extra = {
            "ExecutionRoleArn": deployment.role_arn,
            "EnableNetworkIsolation": deployment.container.network_isolation,
        }
    if deployment.mode is Mode.ASYNC:
        extra = {"AsyncInferenceConfig": _async_config(deployment)}
    return Step(
        name="the configuration",
        call=_call(
            "create_endpoint_config",
            EndpointConfigName=deployment.name,
            ProductionVariants=[_variant(deployment)],
            Tags=_tags(deployment),
            **extra,
        ),
        undo=_delete_config(deployment.name),
    )


def _variant(deployment: Deployment) -> Parameters:
    container = deployment.container
    variant: dict[str, Any] = {
        "VariantName": VARIANT,
        "InstanceType": deployment.instance_type,
        "InitialInstanceCount": max(deployment.minimum, 1),
        **_without_none(VolumeSizeInGB=container.volume_gb, InferenceAmiVersion=container.ami),
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
    return variant | {"ModelName": deployment.name, **_time_limits(deployment)}


def _async_config(deployment: Deployment) -> Parameters:
    # The studio reads results here, and the endpoint may only write here.
    output = f"s3://{deployment.bucket}/{PREFIX}".rstrip("/")
    topics = _without_none(
        SuccessTopic=deployment.success_topic,
        ErrorTopic=deployment.error_topic,
    )
    return {
        # A GPU generates one image at a time. More requests would wait in the container.
        "ClientConfig": {"MaxConcurrentInvocationsPerInstance": 1},
        "OutputConfig": {
            "S3OutputPath": output,
            "S3FailurePath": f"{output}/failures",
            **_without_none(NotificationConfig=topics or None),
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
        ready=WaitCondition(
            call=describe_endpoint(deployment.name),
            member="EndpointStatus",
            success=frozenset({"InService"}),
            failure=frozenset({"Failed", "OutOfService", "UpdateRollbackFailed"}),
        ),
        undo=removal.call,
        gone=removal.gone,
        required_by_rest=removal.required_by_rest,
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
                **_without_none(StartupParameters=_time_limits(deployment) or None),
                "ComputeResourceRequirements": {
                    **(devices or {"NumberOfCpuCoresRequired": 1}),
                    "MinMemoryRequiredInMb": deployment.container.memory_mb,
                },
            },
            RuntimeConfig={"CopyCount": max(deployment.minimum, 1)},
            Tags=_tags(deployment),
        ),
        ready=WaitCondition(
            call=describe_component(deployment.name),
            member="InferenceComponentStatus",
            success=frozenset({"InService"}),
            failure=frozenset({"Failed"}),
        ),
        undo=removal.call,
        gone=removal.gone,
    )


def _time_limits(deployment: Deployment) -> dict[str, Any]:
    return _without_none(
        ModelDataDownloadTimeoutInSeconds=deployment.container.download_timeout,
        ContainerStartupHealthCheckTimeoutInSeconds=deployment.container.startup_timeout,
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


def _without_none(**members: Any) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}
