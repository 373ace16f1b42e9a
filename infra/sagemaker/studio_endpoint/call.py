"""One call of AWS's control plane, as data: it can be shown, checked and made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Clients = Callable[[str], Any]
"""The boto3 client of a service, by boto3's name for it."""

Parameters = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Output:
    """Stands for a value that only the answer of an earlier call holds.

    Attributes:
        step: Name of the step that makes the call.
        member: Top-level member of its answer.
    """

    step: str
    member: str

    def __str__(self) -> str:
        return f"<{self.member} of “{self.step}”>"


@dataclass(frozen=True, slots=True)
class Call:
    """What is asked of AWS.

    Attributes:
        service: boto3's name of the service, such as `sagemaker`.
        operation: boto3's name of the operation, such as `create_model`.
        parameters: Its arguments; an `Output` stands for what is not known yet.
    """

    service: str
    operation: str
    parameters: Parameters

    def make(self, clients: Clients, answers: Mapping[str, Parameters]) -> Parameters:
        """Make the call.

        Args:
            clients: Where the clients come from.
            answers: Of earlier steps, by their names.

        Raises:
            botocore.exceptions.ClientError: AWS refused it.
            botocore.exceptions.BotoCoreError: It could not be sent, or no answer came.
        """
        known = _filled(self.parameters, lambda output: answers[output.step][output.member])
        answer: Parameters = getattr(clients(self.service), self.operation)(**known)
        return answer

    def shown(self) -> dict[str, Any]:
        """The call for people and programs to read."""
        return {
            "service": self.service,
            "operation": self.operation,
            "parameters": _filled(self.parameters, str),
        }


def _filled(parameters: Parameters, fill: Callable[[Output], object]) -> dict[str, object]:
    return {name: _value(member, fill) for name, member in parameters.items()}


def _value(value: object, fill: Callable[[Output], object]) -> object:
    if isinstance(value, Output):
        return fill(value)
    if isinstance(value, Mapping):
        return _filled(value, fill)
    if isinstance(value, list | tuple):
        return [_value(member, fill) for member in value]
    return value
