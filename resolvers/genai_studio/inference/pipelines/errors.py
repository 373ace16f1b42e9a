"""Errors of pipelines."""

from __future__ import annotations

from collections.abc import Sequence


class PipelineUnavailable(Exception):
    """The model cannot be used. The message names the fault and the remedy."""


class ContentFiltered(Exception):
    """The model's safety checker blocked the image."""


class OperationUnsupported(Exception):
    """The pipeline does not support an operation.

    Attributes:
        operation: Name of the operation, such as "inpaint".
        supported: Names of the supported operations.
    """

    def __init__(self, operation: str, supported: Sequence[str]) -> None:
        super().__init__(
            f"The model does not support {operation}. It supports {', '.join(supported)}."
        )
        self.operation = operation
        self.supported = tuple(supported)
