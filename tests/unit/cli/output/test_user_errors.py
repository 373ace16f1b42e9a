from __future__ import annotations

import pytest

from genai_studio.hosts.cli.client.api_types import UserError
from genai_studio.hosts.cli.output.failures import CommandFailed
from genai_studio.hosts.cli.output.user_errors import raise_user_errors


def test_no_errors_raise_nothing() -> None:
    raise_user_errors([])


def test_each_error_is_prefixed_with_its_option() -> None:
    errors = [
        UserError(message="Too wide.", path=("input", "width")),
        UserError(message="Between 0 and 20.", path=("input", "guidanceScale")),
        UserError(message="Too many requests.", path=()),
        UserError(message="Try again.", path=None),
    ]
    with pytest.raises(CommandFailed) as failed:
        raise_user_errors(errors)
    assert str(failed.value) == (
        "--width: Too wide. --guidance: Between 0 and 20. Too many requests. Try again."
    )
