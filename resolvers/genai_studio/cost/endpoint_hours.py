"""How many hours of instances an endpoint is charged for in a month."""

from __future__ import annotations

from math import ceil

from genai_studio.cost.workload import DAYS_PER_MONTH, Mode, Workload


def instances(workload: Workload) -> int:
    """Instances that keep up in the busy hours; one at least."""
    work = workload.images_per_day * workload.seconds_per_image
    return max(1, ceil(work / (workload.busy_hours * 3600)))


def endpoint_hours(workload: Workload, mode: Mode) -> float:
    """Hours of instances a month.

    Always on: one instance all day, the others in the busy hours. At rest:
    the work itself, and for each burst the start and the wait before the next
    rest, of every instance; never more than if it did not rest.
    """
    count = instances(workload)
    always_on = 24 + (count - 1) * workload.busy_hours
    if not mode.rests:
        return always_on * DAYS_PER_MONTH
    work = workload.images_per_day * workload.seconds_per_image / 3600
    # Nobody can wake it more often than there are images.
    bursts = min(workload.bursts_per_day, workload.images_per_day)
    awake = bursts * count * (workload.start_minutes + workload.idle_minutes) / 60
    return min(work + awake, always_on) * DAYS_PER_MONTH
