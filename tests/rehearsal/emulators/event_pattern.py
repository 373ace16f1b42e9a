"""EventBridge's event patterns, as far as `infra/pipeline.json` uses them.

There are libraries for whole patterns, but none that is kept for today's
Python. What is not known here raises, so that no filter passes for tested.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class UnknownOperator(NotImplementedError):
    """A pattern uses what is not emulated here."""


def matches(pattern: Mapping[str, Any], event: Any) -> bool:
    """Whether an event has, at every place that the pattern names, one of its values.

    Raises:
        UnknownOperator: The pattern uses another operator than `prefix` and `exists`.
    """
    found = event if isinstance(event, Mapping) else {}
    return all(
        matches(wanted, found.get(name))
        if isinstance(wanted, Mapping)
        else any(_is(one, found.get(name), there=name in found) for one in wanted)
        for name, wanted in pattern.items()
    )


def _is(wanted: Any, value: Any, *, there: bool) -> bool:
    if not isinstance(wanted, Mapping):
        return there and type(value) is type(wanted) and bool(value == wanted)
    ((operator, operand),) = wanted.items()
    if operator == "exists":
        return there is bool(operand)
    if operator == "prefix" and isinstance(operand, str):
        return isinstance(value, str) and value.startswith(operand)
    raise UnknownOperator(operator)
