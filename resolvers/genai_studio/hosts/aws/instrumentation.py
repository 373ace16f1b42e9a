"""Add logging, error redaction and a cold-start metric to a Lambda handler."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, TypeVar

from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

from genai_studio.failure_log import log_bug
from genai_studio.hosts.aws import fast_imports
from genai_studio.hosts.aws.function_log import PACKAGE, configure_logging
from genai_studio.hosts.aws.generation_metrics import NAMESPACE

Event = TypeVar("Event")
Result = TypeVar("Result")


class FunctionFailed(Exception):
    """An unexpected error. The message contains only a reference to the log entry."""


def instrument(handler: Callable[[Event, Any], Result]) -> Callable[[Event, Any], Result]:
    """Wrap a handler: log JSON lines with the request ID, and count cold starts.

    Call it once, after the imports of the cold start. Events and results are not logged.
    Lambda logs the message of an exception, so unexpected errors are replaced by
    `FunctionFailed`. The studio's own errors contain no user data and are raised unchanged.
    """
    log = configure_logging()
    name = os.environ.get("AWS_LAMBDA_FUNCTION_NAME", "")
    cold = True
    fast_imports.end()

    def call(event: Event, context: Any) -> Result:  # noqa: ANN401
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
            if type(error).__module__.partition(".")[0] == PACKAGE:
                raise
            reference = log_bug("The function failed", error)
            raise FunctionFailed(f"Internal error (reference {reference}).") from None

    return call


def _count_cold_start(function: str) -> None:
    metrics = EphemeralMetrics(namespace=NAMESPACE)
    metrics.add_dimensions(function_name=function or "unnamed")
    metrics.add_metric("ColdStart", MetricUnit.Count, 1)
    metrics.flush_metrics()
