"""Deletion of endpoints: completeness, order, ownership and errors."""

from __future__ import annotations

import pytest

from studio_endpoint.errors import AccessDenied, InvalidOption, NotManaged
from studio_endpoint.plan.deploy_plan import deploy_plan
from studio_endpoint.plan.execution import deploy, remove
from studio_endpoint.plan.removal_plan import removal_plan
from studio_endpoint.specification.deployment import Mode
from tests.infra.sagemaker.control_plane import AwsError, ControlPlane
from tests.infra.sagemaker.deployments import NAME, FakeClock, make_deployment


@pytest.fixture
def plane() -> ControlPlane:
    return ControlPlane()


def create(plane: ControlPlane, mode: Mode) -> None:
    deploy(deploy_plan(make_deployment(mode)), FakeClock().waiter(plane))
    plane.calls.clear()


@pytest.mark.parametrize("mode", Mode)
def test_delete_removes_every_resource(plane: ControlPlane, mode: Mode) -> None:
    create(plane, mode)
    result = remove(removal_plan(NAME, plane.clients), FakeClock().waiter(plane))
    assert (plane.resources, result.remaining) == ({}, {})


def test_charged_resources_are_removed_first(plane: ControlPlane) -> None:
    create(plane, Mode.SCALE_TO_ZERO)
    remove(removal_plan(NAME, plane.clients), FakeClock().waiter(plane))
    order = ["DeleteInferenceComponent", "DeleteEndpoint", "DeleteEndpointConfig", "DeleteModel"]
    assert [name for name in plane.changes if name in order] == order


def test_delete_is_idempotent(plane: ControlPlane) -> None:
    create(plane, Mode.ASYNC)
    for _ in range(2):
        result = remove(removal_plan(NAME, plane.clients), FakeClock().waiter(plane))
        assert result.remaining == {}


def test_leftovers_of_a_failed_deployment_are_found_by_name(plane: ControlPlane) -> None:
    create(plane, Mode.REAL_TIME)
    for kind in ("endpoint", "configuration"):
        del plane.resources[kind, NAME]
    remove(removal_plan(NAME, plane.clients), FakeClock().waiter(plane))
    assert plane.resources == {}


def test_an_endpoint_of_another_tool_requires_foreign(
    plane: ControlPlane,
) -> None:
    create(plane, Mode.REAL_TIME)
    plane.resources["endpoint", NAME]["Tags"] = [{"Key": "team", "Value": "search"}]
    with pytest.raises(NotManaged, match="--foreign"):
        removal_plan(NAME, plane.clients)
    assert plane.changes == []
    remove(removal_plan(NAME, plane.clients, foreign=True), FakeClock().waiter(plane))
    assert plane.resources == {}


def test_a_failed_removal_is_reported_and_the_others_continue(plane: ControlPlane) -> None:
    create(plane, Mode.REAL_TIME)
    plane.errors["DeleteEndpointConfig"] = AwsError("AccessDeniedException", "Not authorized.")
    result = remove(removal_plan(NAME, plane.clients), FakeClock().waiter(plane))
    assert set(result.remaining) == {f"the configuration {NAME}"}
    assert set(plane.resources) == {("configuration", NAME)}


def test_a_caller_without_read_access_is_rejected(plane: ControlPlane) -> None:
    plane.errors["DescribeEndpoint"] = AwsError("AccessDeniedException", "Not authorized.")
    with pytest.raises(AccessDenied, match="policy operator"):
        removal_plan(NAME, plane.clients)


def test_an_invalid_name_is_rejected_without_a_call(plane: ControlPlane) -> None:
    with pytest.raises(InvalidOption, match="not a valid endpoint name"):
        removal_plan("a name", plane.clients)
    assert plane.calls == []
