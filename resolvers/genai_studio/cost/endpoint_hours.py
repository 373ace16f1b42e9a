"""Compute the instance hours of an endpoint."""

from __future__ import annotations

from math import ceil

from genai_studio.cost.workload import DAYS_PER_MONTH, Mode, Workload


def instances(workload: Workload) -> int:
    """Return the number of instances needed during busy hours, at least one."""
    work = workload.images_per_day * workload.seconds_per_image
    return max(1, ceil(work / (workload.busy_hours * 3600)))


def endpoint_hours(workload: Workload, mode: Mode) -> float:
    """Return the instance hours per month.

    An endpoint that is always on has one instance all day and the others during
    busy hours. An endpoint that scales to zero is charged for the work itself and,
    for each burst and instance, for the start and the idle time before scaling in,
    up to the cost of an endpoint that is always on.
    """
    count = instances(workload)
    always_on = 24 + (count - 1) * workload.busy_hours
    if not mode.scales_to_zero:
        return always_on * DAYS_PER_MONTH
    work = workload.images_per_day * workload.seconds_per_image / 3600
    # Each start needs at least one image.
    bursts = min(workload.bursts_per_day, workload.images_per_day)
    overhead = bursts * count * (workload.start_minutes + workload.idle_minutes) / 60
    return min(work + overhead, always_on) * DAYS_PER_MONTH
