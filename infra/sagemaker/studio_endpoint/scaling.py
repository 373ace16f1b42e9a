"""Autoscaling: as many instances as there is work for, down to none.

Target tracking follows the load. It cannot leave zero (there is nothing to
divide by), so what can rest also has a step policy that adds the first one,
set off by an alarm on the metric that only an endpoint at rest writes.
"""

from __future__ import annotations

from typing import Any

from studio_endpoint.call import Call, Output, Parameters
from studio_endpoint.deployment import TAG, VARIANT, Deployment, Mode
from studio_endpoint.step import Removal, Step

SCALE_IN_SECONDS = 600
"""An artist thinks between two pictures; a start takes minutes, a pause costs cents."""
SCALE_OUT_SECONDS = 60
ALARM_SECONDS = 60

_VARIANT_CONCURRENCY = "SageMakerVariantConcurrentRequestsPerModelHighResolution"
_COMPONENT_CONCURRENCY = "SageMakerInferenceComponentConcurrentRequestsPerCopyHighResolution"
_CONCURRENCY = 2.0
"""One picture is being drawn, another waits: with more, the next instance pays."""
_BACKLOG = 2.0

_POLICY, _WAKING = "follow-the-load", "wake-from-zero"


def variant_scaling(deployment: Deployment) -> list[Step]:
    """Autoscaling of an endpoint's instances."""
    target = _variant_target(deployment.name)
    if deployment.mode is not Mode.ASYNC:
        metric = {"PredefinedMetricSpecification": {"PredefinedMetricType": _VARIANT_CONCURRENCY}}
        return _following(deployment, target, metric, _CONCURRENCY)
    backlog = {
        "CustomizedMetricSpecification": {
            "MetricName": "ApproximateBacklogSizePerInstance",
            "Namespace": "AWS/SageMaker",
            "Dimensions": [{"Name": "EndpointName", "Value": deployment.name}],
            "Statistic": "Average",
        }
    }
    return [
        *_following(deployment, target, backlog, _BACKLOG),
        *_waking(deployment, target, "HasBacklogWithoutCapacity", "EndpointName"),
    ]


def component_scaling(deployment: Deployment) -> list[Step]:
    """Autoscaling of an inference component's copies; instances follow them."""
    target = _component_target(deployment.name)
    metric = {"PredefinedMetricSpecification": {"PredefinedMetricType": _COMPONENT_CONCURRENCY}}
    return [
        *_following(deployment, target, metric, _CONCURRENCY),
        *_waking(deployment, target, "NoCapacityInvocationFailures", "InferenceComponentName"),
    ]


def scaling_removals(name: str, *, components: list[str]) -> list[Removal]:
    """Removes the autoscaling of an endpoint and of its inference components."""
    removals = [Removal(name="the alarm", call=_delete_alarm(name))]
    removals += [_removal(_component_target(component)) for component in components]
    return [*removals, _removal(_variant_target(name))]


def _removal(target: Parameters) -> Removal:
    # AWS removes a target's policies, and the alarms that it made for them, with it.
    return Removal(name=f"the autoscaling of {target['ResourceId']}", call=_deregister(target))


def _following(
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
            name="the policy that follows the load",
            call=_scaling(
                "put_scaling_policy",
                target,
                PolicyName=_POLICY,
                PolicyType="TargetTrackingScaling",
                TargetTrackingScalingPolicyConfiguration={
                    "TargetValue": value,
                    **metric,
                    "ScaleInCooldown": SCALE_IN_SECONDS,
                    "ScaleOutCooldown": SCALE_OUT_SECONDS,
                },
            ),
            undo=_scaling("delete_scaling_policy", target, PolicyName=_POLICY),
        ),
    ]


def _waking(deployment: Deployment, target: Parameters, metric: str, dimension: str) -> list[Step]:
    if deployment.minimum > 0:
        return []
    policy = Step(
        name="the policy that wakes it",
        call=_scaling(
            "put_scaling_policy",
            target,
            PolicyName=_WAKING,
            PolicyType="StepScaling",
            StepScalingPolicyConfiguration={
                "AdjustmentType": "ChangeInCapacity",
                "MetricAggregationType": "Maximum",
                "Cooldown": SCALE_OUT_SECONDS,
                "StepAdjustments": [{"MetricIntervalLowerBound": 0, "ScalingAdjustment": 1}],
            },
        ),
        undo=_scaling("delete_scaling_policy", target, PolicyName=_WAKING),
    )
    alarm = Call(
        "cloudwatch",
        "put_metric_alarm",
        {
            "AlarmName": _alarm_name(deployment.name),
            "AlarmDescription": f"Work waits for {deployment.name}, which is at rest.",
            "AlarmActions": [Output(policy.name, "PolicyARN")],
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


def _scaling(operation: str, target: Parameters, **more: Any) -> Call:
    return Call("application-autoscaling", operation, {**target, **more})


def _deregister(target: Parameters) -> Call:
    return _scaling("deregister_scalable_target", target)


def _alarm_name(endpoint: str) -> str:
    return f"{endpoint}-{_WAKING}"


def _delete_alarm(endpoint: str) -> Call:
    return Call("cloudwatch", "delete_alarms", {"AlarmNames": [_alarm_name(endpoint)]})
