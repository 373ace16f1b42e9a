"""Instance hours, calculated by hand. A month has 730 hours, or 730 / 24 days."""

from __future__ import annotations

import pytest

from genai_studio.cost.endpoint_hours import endpoint_hours, instances
from genai_studio.cost.workload import Mode, Workload

SCALED_TO_ZERO = (Mode.SCALE_TO_ZERO, Mode.ASYNC)


def a_day(**fields: float) -> Workload:
    defaults: dict[str, float] = {
        "images_per_day": 900,
        "seconds_per_image": 4,
        "busy_hours": 8,
        "bursts_per_day": 2,
        "start_minutes": 10,
        "idle_minutes": 20,
    }
    return Workload(**(defaults | fields))  # type: ignore[arg-type] # all values are floats


def test_an_always_on_endpoint_has_all_hours_of_the_month() -> None:
    # One instance: 900 images × 4 s = 1 h of work fits into 8 busy hours.
    assert instances(a_day()) == 1
    assert endpoint_hours(a_day(), Mode.REAL_TIME) == pytest.approx(730)


def test_instances_are_added_for_the_busy_hours() -> None:
    # 18,000 images × 4 s = 72,000 s = 20 h of work in 8 busy hours: 2.5, so 3 instances.
    # One all day and two in the busy hours: (24 + 2 × 8) h × 730 / 24 = 1216.67 h.
    busy = a_day(images_per_day=18_000)
    assert instances(busy) == 3
    assert endpoint_hours(busy, Mode.REAL_TIME) == pytest.approx(1216.6667)


@pytest.mark.parametrize("mode", SCALED_TO_ZERO)
def test_scale_to_zero_is_charged_for_work_start_and_idle_time(mode: Mode) -> None:
    # 1 h of work, and 2 bursts × (10 + 20) min = 1 h: 2 h per day × 730 / 24 = 60.83 h.
    assert endpoint_hours(a_day(), mode) == pytest.approx(60.8333)


@pytest.mark.parametrize("mode", SCALED_TO_ZERO)
def test_start_and_idle_time_count_for_each_instance(mode: Mode) -> None:
    # 20 h of work on 3 instances, and 2 bursts × 3 × 0.5 h = 3 h: 23 h × 730 / 24 = 699.58 h.
    assert endpoint_hours(a_day(images_per_day=18_000), mode) == pytest.approx(699.5833)


@pytest.mark.parametrize("mode", SCALED_TO_ZERO)
def test_scale_to_zero_never_costs_more_than_always_on(mode: Mode) -> None:
    # 100 bursts × 0.5 h would be 50 h of a day that has 24.
    assert endpoint_hours(a_day(bursts_per_day=100), mode) == pytest.approx(730)


@pytest.mark.parametrize("mode", SCALED_TO_ZERO)
def test_there_are_at_most_as_many_starts_as_images(mode: Mode) -> None:
    # 3 × 4 s = 12 s = 1/300 h of work, and 3 × 0.5 h: 1.503333 h × 730 / 24 = 45.726 h.
    rare = a_day(images_per_day=3, bursts_per_day=8)
    assert endpoint_hours(rare, mode) == pytest.approx(45.7264, abs=1e-4)


def test_without_images_only_always_on_has_cost() -> None:
    idle = a_day(images_per_day=0)
    assert endpoint_hours(idle, Mode.REAL_TIME) == pytest.approx(730)
    assert endpoint_hours(idle, Mode.SCALE_TO_ZERO) == 0
