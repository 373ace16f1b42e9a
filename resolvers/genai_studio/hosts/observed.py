"""A Lambda handler whose log and cold starts can be watched."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, TypeVar

from aws_lambda_powertools.metrics import MetricUnit, single_metric

from genai_studio.failure_log import log_bug
from genai_studio.hosts.function_log import OWN, open_log
from genai_studio.hosts.generation_metrics import NAMESPACE, SERVICE

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
    log = open_log(SERVICE)
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
            with single_metric("ColdStart", MetricUnit.Count, 1, namespace=NAMESPACE) as metric:
                metric.add_dimension("service", SERVICE)
                metric.add_dimension("function_name", name or "unnamed")
        try:
            return handler(event, context)
        except Exception as error:
            if type(error).__module__.partition(".")[0] == OWN:
                raise
            reference = log_bug("The function failed", error)
            raise FunctionFailed(f"Something went wrong (reference {reference}).") from None

    return call
