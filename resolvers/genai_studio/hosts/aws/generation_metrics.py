"""Emit CloudWatch metrics of finished generations.

All values come from the finished record. The publisher emits them, because it
processes each change of each generation once.
"""

from __future__ import annotations

from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

from genai_studio.domain.generation import Generation, Status

NAMESPACE = "genai-studio"

_COUNTERS = {
    Status.SUCCEEDED: "GenerationsSucceeded",
    Status.FAILED: "GenerationsFailed",
    Status.CANCELED: "GenerationsCanceled",
}


def count_finished(generation: Generation) -> None:
    """Write the metrics of a generation as lines of the Embedded Metric Format (EMF).

    Metrics are emitted for the whole studio and by model; failures also by code. No
    line contains a user, a generation ID or a prompt.
    """
    model = generation.request.model
    # `add_dimensions` adds a second set. The first, empty one is for the whole studio.
    metrics = EphemeralMetrics(namespace=NAMESPACE)
    metrics.add_dimensions(model=model)
    metrics.add_metric(_COUNTERS[generation.status], MetricUnit.Count, 1)
    if generation.started_at is not None:
        waited = generation.started_at - generation.created_at
        metrics.add_metric("QueueWait", MetricUnit.Milliseconds, waited.total_seconds() * 1000)
    if generation.status is Status.SUCCEEDED:
        metrics.add_metric("Images", MetricUnit.Count, len(generation.images))
        # In US dollars, for which CloudWatch has no unit.
        metrics.add_metric("EstimatedCost", MetricUnit.NoUnit, generation.estimated_cost)
        latency = _endpoint_milliseconds(generation)
        if latency is not None:
            metrics.add_metric("EndpointLatency", MetricUnit.Milliseconds, latency)
    metrics.flush_metrics()
    if generation.failure is not None:
        by_code = EphemeralMetrics(namespace=NAMESPACE)
        by_code.add_dimension("model", model)
        by_code.add_dimension("failure", generation.failure.code)
        by_code.add_metric("GenerationsFailed", MetricUnit.Count, 1)
        by_code.flush_metrics()


def _endpoint_milliseconds(generation: Generation) -> int | None:
    """Return the endpoint's duration of the last attempt, or None if unknown."""
    for entry in reversed(generation.timeline):
        if entry.component == "endpoint" and entry.milliseconds is not None:
            return entry.milliseconds
    return None
