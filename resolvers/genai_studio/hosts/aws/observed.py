"""A Lambda handler whose log and cold starts can be watched."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, TypeVar

from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

from genai_studio.failure_log import log_bug
from genai_studio.hosts.aws.function_log import OWN, open_log
from genai_studio.hosts.aws.generation_metrics import NAMESPACE

Event = TypeVar("Event")
Answer = TypeVar("Answer")


class FunctionFailed(Exception):
    """What Lambda is told of a bug; the log says more under its reference."""


def observed(handler: Callable[[Event, Any], Answer]) -> Callable[[Event, Any], Answer]:
    """Write JSON lines that name the call, and count the first call as a cold start.

    Wrap a handler once, when the function starts. Neither event nor answer is
    logged. Lambda itself logs the text of what a handler raises, so a bug goes
    on as `FunctionFailed`; errors of the studio's own were written for people.
    """
    log = open_log()
    name = os.environ.get("AWS_LAMBDA_FUNCTION_NAME", "")
    cold = True

    def call(event: Event, context: Any) -> Answer:  # noqa: ANN401
        nonlocal cold
        log.append_keys(
            function_name=name,
            function_request_id=getattr(context, "aws_request_id", ""),
            cold_start=cold,
        )
        if cold:
            cold = False
            _count_cold_start(name)
        try:
            return handler(event, context)
        except Exception as error:
            if type(error).__module__.partition(".")[0] == OWN:
                raise
            reference = log_bug("The function failed", error)
            raise FunctionFailed(f"Internal error (reference {reference}).") from None

    return call


def _count_cold_start(function: str) -> None:
    metrics = EphemeralMetrics(namespace=NAMESPACE)
    metrics.add_dimensions(function_name=function or "unnamed")
    metrics.add_metric("ColdStart", MetricUnit.Count, 1)
    metrics.flush_metrics()
