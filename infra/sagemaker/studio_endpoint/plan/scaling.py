"""Autoscaling of instances and copies, down to zero.

Target tracking follows the load. It cannot scale from zero, because the load per instance is
then undefined. A deployment that can scale to zero also has a step policy that adds the first
instance. Its alarm uses a metric that AWS only writes while no instance runs.
"""

from __future__ import annotations

from typing import Any

from studio_endpoint.aws.call import Call, OutputReference, Parameters
from studio_endpoint.plan.step import Removal, Step
from studio_endpoint.specification.deployment import TAG, VARIANT, Deployment, Mode

SCALE_IN_SECONDS = 600
"""Users pause between two images. A cold start takes minutes, an idle minute costs cents."""
SCALE_OUT_SECONDS = 60
ALARM_SECONDS = 60

_VARIANT_CONCURRENCY = "SageMakerVariantConcurrentRequestsPerModelHighResolution"
_COMPONENT_CONCURRENCY = "SageMakerInferenceComponentConcurrentRequestsPerCopyHighResolution"
_CONCURRENCY = 2.0
"""One image is generated and one waits. With more requests, another instance starts."""
_BACKLOG = 2.0

# AWS accounts contain these names. A new name would orphan the alarms of older endpoints.
_TARGET_TRACKING, _SCALE_FROM_ZERO = "follow-the-load", "wake-from-zero"


def variant_scaling(deployment: Deployment) -> list[Step]:
    """Return the steps for autoscaling of an endpoint's instances."""
    target = _variant_target(deployment.name)
    if deployment.mode is not Mode.ASYNC:
        metric = {"PredefinedMetricSpecification": {"PredefinedMetricType": _VARIANT_CONCURRENCY}}
        return _target_tracking(deployment, target, metric, _CONCURRENCY)
    backlog = {
        "CustomizedMetricSpecification": {
            "MetricName": "ApproximateBacklogSizePerInstance",
            "Namespace": "AWS/SageMaker",
            "Dimensions": [{"Name": "EndpointName", "Value": deployment.name}],
            "Statistic": "Average",
        }
    }
    return [
        *_target_tracking(deployment, target, backlog, _BACKLOG),
        *_scale_from_zero(deployment, target, "HasBacklogWithoutCapacity", "EndpointName"),
    ]


def component_scaling(deployment: Deployment) -> list[Step]:
    """Return the steps for autoscaling of an inference component's copies.

    The instances follow the copies.
    """
    target = _component_target(deployment.name)
    metric = {"PredefinedMetricSpecification": {"PredefinedMetricType": _COMPONENT_CONCURRENCY}}
    return [
        *_target_tracking(deployment, target, metric, _CONCURRENCY),
        *_scale_from_zero(
            deployment, target, "NoCapacityInvocationFailures", "InferenceComponentName"
        ),
    ]


def scaling_removals(name: str, *, components: list[str]) -> list[Removal]:
    """Return the removals of autoscaling for an endpoint and its inference components."""
    removals = [Removal(name="the alarm", call=_delete_alarm(name))]
    removals += [_removal(_component_target(component)) for component in components]
    return [*removals, _removal(_variant_target(name))]


def _removal(target: Parameters) -> Removal:
    # AWS also removes the target's policies and the alarms that it created for them.
    return Removal(name=f"the autoscaling of {target['ResourceId']}", call=_deregister(target))


def _target_tracking(
    deployment: Deployment, target: Parameters, metric: Parameters, value: float
) -> list[Step]:
    return [
        Step(
            name="the autoscaling",
            call=_scaling(
                "register_scalable_target",
                target,
                MinCapacity=deployment.minimum,
                MaxCapacity=deployment.maximum,
            ),
            undo=_deregister(target),
        ),
        Step(
            name="the target tracking policy",
            call=_scaling(
                "put_scaling_policy",
                target,
                PolicyName=_TARGET_TRACKING,
                PolicyType="TargetTrackingScaling",
                TargetTrackingScalingPolicyConfiguration={
                    "TargetValue": value,
                    **metric,
                    "ScaleInCooldown": SCALE_IN_SECONDS,
                    "ScaleOutCooldown": SCALE_OUT_SECONDS,
                },
            ),
            undo=_scaling("delete_scaling_policy", target, PolicyName=_TARGET_TRACKING),
        ),
    ]


def _scale_from_zero(
    deployment: Deployment, target: Parameters, metric: str, dimension: str
) -> list[Step]:
    if deployment.minimum > 0:
        return []
    policy = Step(
        name="the scale-from-zero policy",
        call=_scaling(
            "put_scaling_policy",
            target,
            PolicyName=_SCALE_FROM_ZERO,
            PolicyType="StepScaling",
            StepScalingPolicyConfiguration={
                "AdjustmentType": "ChangeInCapacity",
                "MetricAggregationType": "Maximum",
                "Cooldown": SCALE_OUT_SECONDS,
                "StepAdjustments": [{"MetricIntervalLowerBound": 0, "ScalingAdjustment": 1}],
            },
        ),
        undo=_scaling("delete_scaling_policy", target, PolicyName=_SCALE_FROM_ZERO),
    )
    alarm = Call(
        "cloudwatch",
        "put_metric_alarm",
        {
            "AlarmName": _alarm_name(deployment.name),
            "AlarmDescription": f"Requests wait for {deployment.name}, which is scaled to zero.",
            "AlarmActions": [OutputReference(policy.name, "PolicyARN")],
            "Namespace": "AWS/SageMaker",
            "MetricName": metric,
            "Dimensions": [{"Name": dimension, "Value": deployment.name}],
            "Statistic": "Maximum",
            "Period": ALARM_SECONDS,
            "EvaluationPeriods": 1,
            "DatapointsToAlarm": 1,
            "Threshold": 1.0,
            "ComparisonOperator": "GreaterThanOrEqualToThreshold",
            "TreatMissingData": "notBreaching",
            "Tags": [{"Key": TAG, "Value": deployment.name}],
        },
    )
    return [policy, Step(name="the alarm", call=alarm, undo=_delete_alarm(deployment.name))]


def _variant_target(endpoint: str) -> Parameters:
    return {
        "ServiceNamespace": "sagemaker",
        "ResourceId": f"endpoint/{endpoint}/variant/{VARIANT}",
        "ScalableDimension": "sagemaker:variant:DesiredInstanceCount",
    }


def _component_target(component: str) -> Parameters:
    return {
        "ServiceNamespace": "sagemaker",
        "ResourceId": f"inference-component/{component}",
        "ScalableDimension": "sagemaker:inference-component:DesiredCopyCount",
    }


def _scaling(operation: str, target: Parameters, **parameters: Any) -> Call:
    return Call("application-autoscaling", operation, {**target, **parameters})


def _deregister(target: Parameters) -> Call:
    return _scaling("deregister_scalable_target", target)


def _alarm_name(endpoint: str) -> str:
    return f"{endpoint}-{_SCALE_FROM_ZERO}"


def _delete_alarm(endpoint: str) -> Call:
    return Call("cloudwatch", "delete_alarms", {"AlarmNames": [_alarm_name(endpoint)]})
