"""A step of a plan: a call, what it waits for, and how it is taken back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from studio_endpoint.call import Call


@dataclass(frozen=True, slots=True, kw_only=True)
class Until:
    """What is asked again and again until the answer is one of an end.

    Attributes:
        call: Asks for the state.
        member: Top-level member of the answer that tells it.
        done: The states it is waited for; empty where being gone is.
        failed: The states that end the wait without success.
        reason: Member that says why it failed.
    """

    call: Call
    member: str
    done: frozenset[str] = frozenset()
    failed: frozenset[str] = frozenset()
    reason: str = "FailureReason"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that is made.

    Attributes:
        name: For people, unique in its plan: “the model”.
        call: Makes it.
        until: Waited for before the next step; None where the call is enough.
        undo: Removes it; None where another step's undo does.
        gone: Waited for after `undo`, where the removal takes its time.
        stands_on_rest: See `Removal`.
    """

    name: str
    call: Call
    until: Until | None = None
    undo: Call | None = None
    gone: Until | None = None
    stands_on_rest: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """One thing that is removed.

    Attributes:
        name: As in `Step`.
        call: Removes it.
        gone: Waited for afterwards.
        stands_on_rest: Whether what would be removed after it must stay while
            it is there: of an endpoint without its configuration, AWS no
            longer tells what is charged.
    """

    name: str
    call: Call
    gone: Until | None = None
    stands_on_rest: bool = False


@dataclass(frozen=True, slots=True)
class Removed:
    """How removing went.

    Attributes:
        names: What is gone now.
        left: What is still there, and why: it may cost money.
    """

    names: tuple[str, ...]
    left: Mapping[str, str] = field(default_factory=dict)
