"""One AWS API call as data, so that it can be printed, checked and executed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Clients = Callable[[str], Any]
"""Returns the boto3 client of a service, by boto3's name of the service."""

Parameters = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class OutputReference:
    """A reference to a value in the response of an earlier step.

    Attributes:
        step: Name of the step.
        member: Top-level member of the response.
    """

    step: str
    member: str

    def __str__(self) -> str:
        return f"<{self.member} of “{self.step}”>"


@dataclass(frozen=True, slots=True)
class Call:
    """One AWS API call.

    Attributes:
        service: boto3's name of the service, such as `sagemaker`.
        operation: boto3's name of the operation, such as `create_model`.
        parameters: The arguments. An `OutputReference` stands for a value that is only
            known after an earlier step.
    """

    service: str
    operation: str
    parameters: Parameters

    def execute(self, clients: Clients, responses: Mapping[str, Parameters]) -> Parameters:
        """Execute the call and return its response.

        Args:
            clients: Source of the boto3 clients.
            responses: Responses of earlier steps, by step name.

        Raises:
            botocore.exceptions.ClientError: AWS rejected the call.
            botocore.exceptions.BotoCoreError: The call could not be sent, or no response
                arrived.
        """
        resolved = _resolved(
            self.parameters, lambda reference: responses[reference.step][reference.member]
        )
        response: Parameters = getattr(clients(self.service), self.operation)(**resolved)
        return response

    def as_dict(self) -> dict[str, Any]:
        """Return the call as a dictionary, with each reference as text."""
        return {
            "service": self.service,
            "operation": self.operation,
            "parameters": _resolved(self.parameters, str),
        }


def _resolved(
    parameters: Parameters, resolve: Callable[[OutputReference], object]
) -> dict[str, object]:
    return {name: _resolved_value(value, resolve) for name, value in parameters.items()}


def _resolved_value(value: object, resolve: Callable[[OutputReference], object]) -> object:
    if isinstance(value, OutputReference):
        return resolve(value)
    if isinstance(value, Mapping):
        return _resolved(value, resolve)
    if isinstance(value, list | tuple):
        return [_resolved_value(member, resolve) for member in value]
    return value
