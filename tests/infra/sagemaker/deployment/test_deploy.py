"""The calls of a deployment, their order, and the rollback if a step fails."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from botocore import xform_name
from botocore.exceptions import ReadTimeoutError

from studio_endpoint.aws.waiter import TIMEOUT_SECONDS
from studio_endpoint.errors import (
    InsufficientCapacity,
    NoResponse,
    QuotaExceeded,
    RequestRejected,
    StartupFailed,
    WaitTimeout,
)
from studio_endpoint.plan.deploy_plan import deploy_plan
from studio_endpoint.plan.execution import DeployFailed, deploy
from studio_endpoint.specification.deployment import Mode
from tests.infra.sagemaker.control_plane import ROLE, AwsError, ControlPlane
from tests.infra.sagemaker.deployments import BUCKET, GPU, NAME, TOPIC, FakeClock, make_deployment

MODEL = ["CreateModel", "CreateEndpointConfig", "CreateEndpoint"]
TARGET_TRACKING = ["RegisterScalableTarget", "PutScalingPolicy"]
SCALE_FROM_ZERO = ["PutScalingPolicy", "PutMetricAlarm"]
ORDER = {
    Mode.REAL_TIME: [*MODEL, *TARGET_TRACKING],
    Mode.SCALE_TO_ZERO: [*MODEL, "CreateInferenceComponent", *TARGET_TRACKING, *SCALE_FROM_ZERO],
    Mode.ASYNC: [*MODEL, *TARGET_TRACKING, *SCALE_FROM_ZERO],
}
UNDONE_BY = {
    "CreateModel": "DeleteModel",
    "CreateEndpointConfig": "DeleteEndpointConfig",
    "CreateEndpoint": "DeleteEndpoint",
    "CreateInferenceComponent": "DeleteInferenceComponent",
    "RegisterScalableTarget": "DeregisterScalableTarget",
    "PutScalingPolicy": "DeleteScalingPolicy",
    "PutMetricAlarm": "DeleteAlarms",
}
STEPS = [(mode, index) for mode, order in ORDER.items() for index in range(len(order))]

REJECTED = AwsError("ValidationException", "No.")


@pytest.fixture
def plane() -> ControlPlane:
    return ControlPlane()


def deployed(plane: ControlPlane, mode: Mode, **fields: Any) -> FakeClock:
    clock = FakeClock()
    deploy(deploy_plan(make_deployment(mode, **fields)), clock.waiter(plane))
    return clock


def failed_deployment(plane: ControlPlane, mode: Mode) -> DeployFailed:
    with pytest.raises(DeployFailed) as error:
        deployed(plane, mode)
    return error.value


@pytest.mark.parametrize("mode", Mode)
def test_resources_are_created_in_dependency_order(plane: ControlPlane, mode: Mode) -> None:
    deployed(plane, mode)
    assert plane.changes == ORDER[mode]


@pytest.mark.parametrize(("mode", "index"), STEPS)
def test_a_rejected_step_rolls_back_in_reverse_order(
    plane: ControlPlane, mode: Mode, index: int
) -> None:
    before = ORDER[mode][:index]
    rejected = ORDER[mode][index]
    # The same operation may occur twice: let its earlier calls succeed.
    reject_call(plane, rejected, earlier=before.count(rejected))
    error = failed_deployment(plane, mode)
    assert isinstance(error.cause, RequestRejected)
    assert plane.changes == [
        *before,
        rejected,
        *(UNDONE_BY[operation] for operation in reversed(before)),
    ]
    assert plane.resources == {}
    assert (len(error.rollback.removed), error.rollback.remaining) == (index, {})


@pytest.mark.parametrize(("mode", "index"), STEPS)
def test_a_step_with_a_lost_response_is_rolled_back_too(
    plane: ControlPlane, mode: Mode, index: int
) -> None:
    operation = ORDER[mode][index]
    lost = ReadTimeoutError(endpoint_url="https://aws")
    reject_call(plane, operation, lost, earlier=ORDER[mode][:index].count(operation))
    error = failed_deployment(plane, mode)
    assert isinstance(error.cause, NoResponse)
    assert plane.resources == {}


def reject_call(
    plane: ControlPlane, operation: str, error: Exception = REJECTED, *, earlier: int = 0
) -> None:
    """Make an operation fail after its first `earlier` calls."""
    handler = f"_{xform_name(operation)}"
    respond = getattr(plane, handler)

    def respond_or_fail(params: Any) -> Any:
        if plane.operations.count(operation) <= earlier:
            return respond(params)
        if isinstance(error, AwsError):
            raise error
        respond(params)
        raise error

    setattr(plane, handler, respond_or_fail)


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("The primary container did not pass the ping health check.", StartupFailed),
        ("Unable to provision requested ML compute capacity.", InsufficientCapacity),
        ("The account-level service limit 'ml.g5.xlarge for endpoint usage' is 0.", QuotaExceeded),
    ],
)
def test_an_endpoint_that_fails_to_start_is_removed_with_its_reason(
    plane: ControlPlane, reason: str, kind: type[Exception]
) -> None:
    plane.states["DescribeEndpoint"] = [("Creating", ""), ("Failed", reason)]
    error = failed_deployment(plane, Mode.REAL_TIME)
    assert isinstance(error.cause, kind)
    assert reason.rstrip(".") in str(error)
    assert plane.resources == {}


def test_a_component_that_fails_to_start_is_removed_before_its_endpoint(
    plane: ControlPlane,
) -> None:
    plane.states["DescribeInferenceComponent"] = [("Failed", "No room for a copy.")]
    error = failed_deployment(plane, Mode.SCALE_TO_ZERO)
    assert error.step == "the inference component"
    assert plane.resources == {}


def test_each_state_is_reported_once(plane: ControlPlane) -> None:
    plane.states["DescribeEndpoint"] = [("Creating", "")] * 3 + [("InService", "")]
    clock = deployed(plane, Mode.REAL_TIME)
    assert clock.messages.count("the endpoint: Creating") == 1
    assert clock.seconds > 0


def test_deploy_gives_up_after_timeout(plane: ControlPlane) -> None:
    plane.states["DescribeEndpoint"] = [("Creating", "")]
    clock = FakeClock()
    with pytest.raises(DeployFailed) as error:
        deploy(deploy_plan(make_deployment()), clock.waiter(plane))
    assert isinstance(error.value.cause, WaitTimeout)
    assert clock.seconds >= TIMEOUT_SECONDS


def test_configuration_and_model_stay_if_the_endpoint_cannot_be_removed(
    plane: ControlPlane,
) -> None:
    plane.states["DescribeEndpoint"] = [("Creating", "")]
    error = failed_deployment(plane, Mode.REAL_TIME)
    assert {kind for kind, _ in plane.resources} == {"endpoint", "configuration", "model"}
    assert set(error.rollback.remaining) == {"the endpoint", "the configuration", "the model"}
    assert "in-progress" in error.rollback.remaining["the endpoint"]
    assert error.rollback.remaining["the model"] == "It is kept until the endpoint is removed."


def test_ctrl_c_rolls_back_and_retries_busy_resources(
    plane: ControlPlane,
) -> None:
    plane.states["DescribeEndpoint"] = [("Creating", "")] * 5 + [("InService", "")]
    clock = FakeClock()
    waiter = clock.waiter(plane)
    pressed = False

    def sleep(seconds: float) -> None:
        nonlocal pressed
        if not pressed:
            pressed = True
            raise KeyboardInterrupt
        waiter.sleep(seconds)

    with pytest.raises(KeyboardInterrupt):
        deploy(deploy_plan(make_deployment()), replace(waiter, sleep=sleep))
    assert plane.resources == {}
    assert plane.operations.count("DeleteEndpoint") > 1
    assert clock.messages[-1] == "Rolled back: the endpoint, the configuration, the model."


def test_a_failed_removal_is_reported_and_the_others_continue(plane: ControlPlane) -> None:
    plane.errors = {
        "PutScalingPolicy": REJECTED,
        "DeleteEndpointConfig": AwsError("AccessDeniedException", "Not authorized."),
    }
    error = failed_deployment(plane, Mode.REAL_TIME)
    assert set(error.rollback.remaining) == {"the configuration"}
    assert set(plane.resources) == {("configuration", NAME)}
    assert "NOT REMOVED, may still cost money: the configuration" in str(error)


def test_a_fixed_number_of_instances_has_no_autoscaling(
    plane: ControlPlane,
) -> None:
    deployed(plane, Mode.REAL_TIME, minimum=1, maximum=1)
    assert plane.changes == MODEL


def test_the_container_has_no_network_and_the_given_role(plane: ControlPlane) -> None:
    deployed(plane, Mode.REAL_TIME)
    model = plane.parameters("CreateModel")
    assert (model["EnableNetworkIsolation"], model["ExecutionRoleArn"]) == (True, ROLE)
    (variant,) = plane.parameters("CreateEndpointConfig")["ProductionVariants"]
    assert (variant["ModelName"], variant["InstanceType"]) == (NAME, GPU)
    assert variant["InferenceAmiVersion"] == "al2023-ami-sagemaker-inference-gpu-4-1"


def test_every_taggable_resource_has_the_tag(plane: ControlPlane) -> None:
    deployed(plane, Mode.SCALE_TO_ZERO)
    tag = [{"Key": "genai-studio", "Value": NAME}]
    tagged = [name for name, params in plane.calls if params.get("Tags") == tag]
    assert tagged == [*MODEL, "CreateInferenceComponent", "PutMetricAlarm"]


def test_scale_to_zero_starts_again_by_an_alarm(
    plane: ControlPlane,
) -> None:
    deployed(plane, Mode.SCALE_TO_ZERO)
    config = plane.parameters("CreateEndpointConfig")
    (variant,) = config["ProductionVariants"]
    assert "ModelName" not in variant
    assert config["ExecutionRoleArn"] == ROLE
    assert variant["ManagedInstanceScaling"] == {
        "Status": "ENABLED",
        "MinInstanceCount": 0,
        "MaxInstanceCount": 2,
    }
    target = plane.parameters("RegisterScalableTarget")
    assert (target["ResourceId"], target["MinCapacity"]) == (f"inference-component/{NAME}", 0)
    alarm = plane.parameters("PutMetricAlarm")
    assert alarm["MetricName"] == "NoCapacityInvocationFailures"
    assert alarm["Dimensions"] == [{"Name": "InferenceComponentName", "Value": NAME}]
    assert alarm["AlarmActions"][0].endswith("policyName/wake-from-zero")


def test_an_async_endpoint_writes_to_the_studio_bucket_and_scales_to_zero(
    plane: ControlPlane,
) -> None:
    deployed(plane, Mode.ASYNC)
    exchange = plane.parameters("CreateEndpointConfig")["AsyncInferenceConfig"]
    assert exchange["OutputConfig"] == {
        "S3OutputPath": f"s3://{BUCKET}/async",
        "S3FailurePath": f"s3://{BUCKET}/async/failures",
        "NotificationConfig": {"SuccessTopic": TOPIC, "ErrorTopic": TOPIC},
    }
    target = plane.parameters("RegisterScalableTarget")
    assert target["ResourceId"] == f"endpoint/{NAME}/variant/AllTraffic"
    assert (target["MinCapacity"], target["MaxCapacity"]) == (0, 2)
    alarm = plane.parameters("PutMetricAlarm")
    assert alarm["MetricName"] == "HasBacklogWithoutCapacity"


def test_a_component_without_gpu_requires_a_cpu_core(
    plane: ControlPlane,
) -> None:
    deployed(plane, Mode.SCALE_TO_ZERO, instance_type="ml.m5.xlarge")
    needs = plane.parameters("CreateInferenceComponent")["Specification"]
    assert needs["ComputeResourceRequirements"] == {
        "NumberOfCpuCoresRequired": 1,
        "MinMemoryRequiredInMb": 8192,
    }
