from __future__ import annotations

import pytest

from genai_studio.hosts.cli.output.failures import CommandFailed
from genai_studio.hosts.cli.output.user_errors import demand_none


def test_no_errors_are_no_failure() -> None:
    demand_none({"userErrors": []})


def test_each_error_names_its_option() -> None:
    errors = [
        {"code": "INVALID_INPUT", "message": "Too wide.", "path": ["input", "width"]},
        {
            "code": "INVALID_INPUT",
            "message": "Between 0 and 20.",
            "path": ["input", "guidanceScale"],
        },
        {"code": "RATE_LIMITED", "message": "Too many requests.", "path": []},
    ]
    with pytest.raises(CommandFailed) as failed:
        demand_none({"userErrors": errors})
    assert str(failed.value) == (
        "--width: Too wide. --guidance: Between 0 and 20. Too many requests."
    )
