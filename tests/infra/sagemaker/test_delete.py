"""Removing an endpoint: all of it, ours alone, and as often as one likes."""

from __future__ import annotations

import pytest

from studio_endpoint.carry_out import deploy, remove
from studio_endpoint.deployment import Mode
from studio_endpoint.errors import AccessDenied, InvalidChoice, NotOurs
from studio_endpoint.plan import deploy_plan
from studio_endpoint.removal import removal_plan
from tests.infra.sagemaker.control_plane import ControlPlane, Refusal
from tests.infra.sagemaker.deployments import NAME, Impatient, a_deployment


@pytest.fixture
def plane() -> ControlPlane:
    return ControlPlane()


def make(plane: ControlPlane, mode: Mode) -> None:
    deploy(deploy_plan(a_deployment(mode)), Impatient().waiting(plane))
    plane.calls.clear()


@pytest.mark.parametrize("mode", Mode)
def test_nothing_is_left_of_an_endpoint(plane: ControlPlane, mode: Mode) -> None:
    make(plane, mode)
    removed = remove(removal_plan(NAME, plane.clients), Impatient().waiting(plane))
    assert (plane.things, removed.left) == ({}, {})


def test_what_costs_goes_before_what_only_describes_it(plane: ControlPlane) -> None:
    make(plane, Mode.SCALE_TO_ZERO)
    remove(removal_plan(NAME, plane.clients), Impatient().waiting(plane))
    order = ["DeleteInferenceComponent", "DeleteEndpoint", "DeleteEndpointConfig", "DeleteModel"]
    assert [name for name in plane.made if name in order] == order


def test_removing_twice_is_as_good_as_once(plane: ControlPlane) -> None:
    make(plane, Mode.ASYNC)
    for _ in range(2):
        removed = remove(removal_plan(NAME, plane.clients), Impatient().waiting(plane))
        assert removed.left == {}


def test_what_a_broken_deployment_left_behind_is_found_by_its_name(plane: ControlPlane) -> None:
    make(plane, Mode.REAL_TIME)
    for kind in ("endpoint", "configuration"):
        del plane.things[kind, NAME]
    remove(removal_plan(NAME, plane.clients), Impatient().waiting(plane))
    assert plane.things == {}


def test_an_endpoint_of_somebody_elses_is_left_alone_unless_it_is_meant(
    plane: ControlPlane,
) -> None:
    make(plane, Mode.REAL_TIME)
    plane.things["endpoint", NAME]["Tags"] = [{"Key": "team", "Value": "search"}]
    with pytest.raises(NotOurs, match="--foreign"):
        removal_plan(NAME, plane.clients)
    assert plane.made == []
    remove(removal_plan(NAME, plane.clients, foreign=True), Impatient().waiting(plane))
    assert plane.things == {}


def test_what_cannot_be_removed_is_named_and_holds_up_nothing(plane: ControlPlane) -> None:
    make(plane, Mode.REAL_TIME)
    plane.refusals["DeleteEndpointConfig"] = Refusal("AccessDeniedException", "Not authorized.")
    removed = remove(removal_plan(NAME, plane.clients), Impatient().waiting(plane))
    assert set(removed.left) == {f"the configuration {NAME}"}
    assert set(plane.things) == {("configuration", NAME)}


def test_who_may_not_look_is_told_so_before_anything_is_removed(plane: ControlPlane) -> None:
    plane.refusals["DescribeEndpoint"] = Refusal("AccessDeniedException", "Not authorized.")
    with pytest.raises(AccessDenied, match="policy operator"):
        removal_plan(NAME, plane.clients)


def test_a_name_that_no_endpoint_can_have_is_refused_here(plane: ControlPlane) -> None:
    with pytest.raises(InvalidChoice, match="no endpoint name"):
        removal_plan("a name", plane.clients)
    assert plane.calls == []
