"""The steps of a plan: calls, the states to wait for, and how to undo them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from studio_endpoint.aws.call import Call
from studio_endpoint.aws.waiter import WaitCondition


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """The creation of one resource.

    Attributes:
        name: Name for people, unique in its plan, such as “the model”.
        call: Creates the resource.
        ready: State to wait for before the next step, or None.
        undo: Deletes the resource. None if the undo of another step deletes it.
        gone: Condition to wait for after `undo`, or None.
        required_by_rest: As in `Removal`.
    """

    name: str
    call: Call
    ready: WaitCondition | None = None
    undo: Call | None = None
    gone: WaitCondition | None = None
    required_by_rest: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """The deletion of one resource.

    Attributes:
        name: As in `Step`.
        call: Deletes the resource.
        gone: Condition to wait for afterwards, or None.
        required_by_rest: Whether the following removals require this one. An endpoint
            without its configuration no longer shows what it costs, so the configuration
            stays as long as the endpoint exists.
    """

    name: str
    call: Call
    gone: WaitCondition | None = None
    required_by_rest: bool = False


@dataclass(frozen=True, slots=True)
class RemovalResult:
    """The result of a series of removals.

    Attributes:
        removed: Names of the removed resources.
        remaining: Names of the resources that still exist, and which may cost money, with
            the reason.
    """

    removed: tuple[str, ...]
    remaining: Mapping[str, str] = field(default_factory=dict)
