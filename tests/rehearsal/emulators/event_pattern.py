"""EventBridge event patterns, limited to the operators in `infra/pipeline.json`.

Existing libraries do not support current Python versions. An unknown operator raises
an error, so that no filter goes untested.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class UnknownOperator(NotImplementedError):
    """A pattern uses an operator that is not emulated."""


def matches(pattern: Mapping[str, Any], event: Any) -> bool:
    """Return whether every field of the pattern matches the event.

    Raises:
        UnknownOperator: The pattern uses an operator other than `prefix` and `exists`.
    """
    found = event if isinstance(event, Mapping) else {}
    return all(
        matches(condition, found.get(name))
        if isinstance(condition, Mapping)
        else any(_matches_value(one, found.get(name), exists=name in found) for one in condition)
        for name, condition in pattern.items()
    )


def _matches_value(condition: Any, value: Any, *, exists: bool) -> bool:
    if not isinstance(condition, Mapping):
        return exists and type(value) is type(condition) and bool(value == condition)
    ((operator, operand),) = condition.items()
    if operator == "exists":
        return exists is bool(operand)
    if operator == "prefix" and isinstance(operand, str):
        return isinstance(value, str) and value.startswith(operand)
    raise UnknownOperator(operator)
