"""The reported state of an endpoint."""

from __future__ import annotations

import pytest

from studio_endpoint.errors import NotFound
from studio_endpoint.plan.deploy_plan import deploy_plan
from studio_endpoint.plan.execution import deploy
from studio_endpoint.specification.deployment import Mode
from studio_endpoint.status import endpoint_status
from tests.infra.sagemaker.control_plane import ControlPlane
from tests.infra.sagemaker.deployments import GPU, NAME, FakeClock, make_deployment


@pytest.mark.parametrize("mode", Mode)
def test_the_mode_is_derived_from_the_configuration(mode: Mode) -> None:
    plane = ControlPlane()
    deploy(deploy_plan(make_deployment(mode)), FakeClock().waiter(plane))
    found = endpoint_status(NAME, plane.clients)
    assert (found.mode, found.state, found.instance_type) == (mode, "InService", GPU)
    assert (found.instances, found.desired) == (1, 1)
    has_component = mode is Mode.SCALE_TO_ZERO
    assert found.component == ("InService, 1 running" if has_component else None)


def test_a_failed_endpoint_has_a_reason_and_no_instances() -> None:
    plane = ControlPlane()
    deploy(deploy_plan(make_deployment()), FakeClock().waiter(plane))
    plane.states["DescribeEndpoint"] = [("Failed", "It did not pass the ping health check.")]
    found = endpoint_status(NAME, plane.clients)
    assert (found.state, found.instances) == ("Failed", 0)
    assert found.reason == "It did not pass the ping health check."


def test_a_missing_endpoint_is_not_found() -> None:
    with pytest.raises(NotFound, match=NAME):
        endpoint_status(NAME, ControlPlane().clients)
