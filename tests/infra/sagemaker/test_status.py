"""What an endpoint is said to do."""

from __future__ import annotations

import pytest

from studio_endpoint.carry_out import deploy
from studio_endpoint.deployment import Mode
from studio_endpoint.errors import NotFound
from studio_endpoint.plan import deploy_plan
from studio_endpoint.status import endpoint_status
from tests.infra.sagemaker.control_plane import ControlPlane
from tests.infra.sagemaker.deployments import GPU, NAME, Impatient, a_deployment


@pytest.mark.parametrize("mode", Mode)
def test_the_mode_is_told_by_what_was_made(mode: Mode) -> None:
    plane = ControlPlane()
    deploy(deploy_plan(a_deployment(mode)), Impatient().waiting(plane))
    found = endpoint_status(NAME, plane.clients)
    assert (found.mode, found.state, found.instance_type) == (mode, "InService", GPU)
    assert (found.instances, found.desired) == (1, 1)
    rests_by_component = mode is Mode.SCALE_TO_ZERO
    assert found.component == ("InService, 1 running" if rests_by_component else None)


def test_one_that_failed_says_why_and_has_no_instances() -> None:
    plane = ControlPlane()
    deploy(deploy_plan(a_deployment()), Impatient().waiting(plane))
    plane.states["DescribeEndpoint"] = [("Failed", "It did not pass the ping health check.")]
    found = endpoint_status(NAME, plane.clients)
    assert (found.state, found.instances) == ("Failed", 0)
    assert found.reason == "It did not pass the ping health check."


def test_one_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFound, match=NAME):
        endpoint_status(NAME, ControlPlane().clients)
