"""Handlers for the tests of the Lambda emulator."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from typing import Any


def echo(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    return {
        "event": event,
        "name": context.function_name,
        "left": context.get_remaining_time_in_millis(),
        "process": os.getpid(),
        "variables": sorted(os.environ),
    }


def fail(event: Mapping[str, Any], context: Any) -> None:
    raise ValueError(event["why"])


def sleep(event: Mapping[str, Any], context: Any) -> int:
    time.sleep(event["seconds"])
    return os.getpid()


def now(event: Mapping[str, Any], context: Any) -> float:
    return time.time()
