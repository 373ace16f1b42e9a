"""What is asked of AWS for an endpoint, in which order, and what is left when a step fails."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from botocore import xform_name
from botocore.exceptions import ReadTimeoutError

from studio_endpoint.carry_out import DeployFailed, deploy
from studio_endpoint.deployment import Mode
from studio_endpoint.errors import (
    EndpointNotStarted,
    NoCapacity,
    QuotaExceeded,
    Refused,
    Unreachable,
)
from studio_endpoint.plan import deploy_plan
from studio_endpoint.waiting import PATIENCE_SECONDS
from tests.infra.sagemaker.control_plane import ROLE, ControlPlane, Refusal
from tests.infra.sagemaker.deployments import BUCKET, GPU, NAME, TOPIC, Impatient, a_deployment

MODEL = ["CreateModel", "CreateEndpointConfig", "CreateEndpoint"]
FOLLOW = ["RegisterScalableTarget", "PutScalingPolicy"]
WAKE = ["PutScalingPolicy", "PutMetricAlarm"]
ORDER = {
    Mode.REAL_TIME: [*MODEL, *FOLLOW],
    Mode.SCALE_TO_ZERO: [*MODEL, "CreateInferenceComponent", *FOLLOW, *WAKE],
    Mode.ASYNC: [*MODEL, *FOLLOW, *WAKE],
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

NO = Refusal("ValidationException", "No.")


@pytest.fixture
def plane() -> ControlPlane:
    return ControlPlane()


def deployed(plane: ControlPlane, mode: Mode, **fields: Any) -> Impatient:
    impatient = Impatient()
    deploy(deploy_plan(a_deployment(mode, **fields)), impatient.waiting(plane))
    return impatient


def failed(plane: ControlPlane, mode: Mode) -> DeployFailed:
    with pytest.raises(DeployFailed) as error:
        deployed(plane, mode)
    return error.value


@pytest.mark.parametrize("mode", Mode)
def test_everything_is_made_in_an_order_that_aws_takes(plane: ControlPlane, mode: Mode) -> None:
    deployed(plane, mode)
    assert plane.made == ORDER[mode]


@pytest.mark.parametrize(("mode", "index"), STEPS)
def test_when_a_step_is_refused_what_was_made_goes_in_the_opposite_order(
    plane: ControlPlane, mode: Mode, index: int
) -> None:
    before = ORDER[mode][:index]
    refused = ORDER[mode][index]
    # A second call of the same operation is reached by letting the first one pass.
    refuse_call(plane, refused, earlier=before.count(refused))
    error = failed(plane, mode)
    assert isinstance(error.cause, Refused)
    assert plane.made == [*before, refused, *(UNDONE_BY[made] for made in reversed(before))]
    assert plane.things == {}
    assert (len(error.removed.names), error.removed.left) == (index, {})


@pytest.mark.parametrize(("mode", "index"), STEPS)
def test_a_step_whose_answer_was_lost_is_taken_back_too(
    plane: ControlPlane, mode: Mode, index: int
) -> None:
    operation = ORDER[mode][index]
    lost = ReadTimeoutError(endpoint_url="https://aws")
    refuse_call(plane, operation, lost, earlier=ORDER[mode][:index].count(operation))
    error = failed(plane, mode)
    assert isinstance(error.cause, Unreachable)
    assert plane.things == {}


def refuse_call(
    plane: ControlPlane, operation: str, refusal: Exception = NO, *, earlier: int = 0
) -> None:
    """Refuse one operation, after it was taken so many times."""
    handler = f"_{xform_name(operation)}"
    answer = getattr(plane, handler)

    def answer_or_refuse(params: Any) -> Any:
        if plane.operations.count(operation) <= earlier:
            return answer(params)
        if isinstance(refusal, Refusal):
            raise refusal
        answer(params)
        raise refusal

    setattr(plane, handler, answer_or_refuse)


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("The primary container did not pass the ping health check.", EndpointNotStarted),
        ("Unable to provision requested ML compute capacity.", NoCapacity),
        ("The account-level service limit 'ml.g5.xlarge for endpoint usage' is 0.", QuotaExceeded),
    ],
)
def test_an_endpoint_that_does_not_start_is_removed_and_says_why(
    plane: ControlPlane, reason: str, kind: type[Exception]
) -> None:
    plane.states["DescribeEndpoint"] = [("Creating", ""), ("Failed", reason)]
    error = failed(plane, Mode.REAL_TIME)
    assert isinstance(error.cause, kind)
    assert reason.rstrip(".") in str(error)
    assert plane.things == {}


def test_a_component_that_does_not_start_is_removed_before_its_endpoint(
    plane: ControlPlane,
) -> None:
    plane.states["DescribeInferenceComponent"] = [("Failed", "No room for a copy.")]
    error = failed(plane, Mode.SCALE_TO_ZERO)
    assert error.step == "the inference component"
    assert plane.things == {}


def test_each_state_is_told_once_while_it_is_waited_for(plane: ControlPlane) -> None:
    plane.states["DescribeEndpoint"] = [("Creating", "")] * 3 + [("InService", "")]
    impatient = deployed(plane, Mode.REAL_TIME)
    assert impatient.told.count("the endpoint: Creating") == 1
    assert impatient.seconds > 0


def test_nobody_waits_for_ever(plane: ControlPlane) -> None:
    plane.states["DescribeEndpoint"] = [("Creating", "")]
    impatient = Impatient()
    with pytest.raises(DeployFailed) as error:
        deploy(deploy_plan(a_deployment()), impatient.waiting(plane))
    assert isinstance(error.value.cause, Unreachable)
    assert impatient.seconds >= PATIENCE_SECONDS


def test_while_an_endpoint_cannot_be_removed_its_configuration_and_model_stay(
    plane: ControlPlane,
) -> None:
    plane.states["DescribeEndpoint"] = [("Creating", "")]
    error = failed(plane, Mode.REAL_TIME)
    assert {kind for kind, _ in plane.things} == {"endpoint", "configuration", "model"}
    assert set(error.removed.left) == {"the endpoint", "the configuration", "the model"}
    assert "in-progress" in error.removed.left["the endpoint"]
    assert error.removed.left["the model"] == "It stays as long as the endpoint does."


def test_ctrl_c_takes_back_what_was_made_as_soon_as_aws_lets_go_of_it(
    plane: ControlPlane,
) -> None:
    plane.states["DescribeEndpoint"] = [("Creating", "")] * 5 + [("InService", "")]
    impatient = Impatient()
    waiting = impatient.waiting(plane)
    pressed = False

    def sleep(seconds: float) -> None:
        nonlocal pressed
        if not pressed:
            pressed = True
            raise KeyboardInterrupt
        waiting.sleep(seconds)

    with pytest.raises(KeyboardInterrupt):
        deploy(deploy_plan(a_deployment()), replace(waiting, sleep=sleep))
    assert plane.things == {}
    assert plane.operations.count("DeleteEndpoint") > 1
    assert impatient.told[-1] == "Removed again: the endpoint, the configuration, the model."


def test_what_cannot_be_removed_is_named_and_the_rest_is_removed(plane: ControlPlane) -> None:
    plane.refusals = {
        "PutScalingPolicy": NO,
        "DeleteEndpointConfig": Refusal("AccessDeniedException", "Not authorized."),
    }
    error = failed(plane, Mode.REAL_TIME)
    assert set(error.removed.left) == {"the configuration"}
    assert set(plane.things) == {("configuration", NAME)}
    assert "STILL THERE, and perhaps charged: the configuration" in str(error)


def test_an_endpoint_that_always_runs_as_many_instances_has_no_autoscaling(
    plane: ControlPlane,
) -> None:
    deployed(plane, Mode.REAL_TIME, minimum=1, maximum=1)
    assert plane.made == MODEL


def test_the_container_is_isolated_and_runs_by_the_given_role(plane: ControlPlane) -> None:
    deployed(plane, Mode.REAL_TIME)
    model = plane.parameters("CreateModel")
    assert (model["EnableNetworkIsolation"], model["ExecutionRoleArn"]) == (True, ROLE)
    (variant,) = plane.parameters("CreateEndpointConfig")["ProductionVariants"]
    assert (variant["ModelName"], variant["InstanceType"]) == (NAME, GPU)
    assert variant["InferenceAmiVersion"] == "al2023-ami-sagemaker-inference-gpu-4-1"


def test_everything_that_can_be_tagged_is(plane: ControlPlane) -> None:
    deployed(plane, Mode.SCALE_TO_ZERO)
    tag = [{"Key": "genai-studio", "Value": NAME}]
    tagged = [name for name, params in plane.calls if params.get("Tags") == tag]
    assert tagged == [*MODEL, "CreateInferenceComponent", "PutMetricAlarm"]


def test_what_rests_wakes_by_an_alarm_on_the_metric_that_only_rest_writes(
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


def test_an_async_endpoint_answers_where_the_studio_looks_and_rests(plane: ControlPlane) -> None:
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


def test_on_an_instance_without_a_gpu_a_component_asks_for_a_processor(
    plane: ControlPlane,
) -> None:
    deployed(plane, Mode.SCALE_TO_ZERO, instance_type="ml.m5.xlarge")
    needs = plane.parameters("CreateInferenceComponent")["Specification"]
    assert needs["ComputeResourceRequirements"] == {
        "NumberOfCpuCoresRequired": 1,
        "MinMemoryRequiredInMb": 8192,
    }
