"""The commands: deploy, status, invoke, delete, policy."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from botocore.exceptions import BotoCoreError
from cyclopts import App, Parameter

from genai_studio.domain.errors import StudioError
from studio_endpoint.errors import EndpointProblem

INTERRUPTED = 130

_COMMANDS = {
    "deploy": "Make an endpoint, after telling what it costs an hour.",
    "status": "Say what an endpoint is doing, and what it costs.",
    "invoke": "Ask an endpoint for one picture, as the studio would.",
    "delete": "Remove an endpoint and all that belongs to it.",
    "policy": "Print an IAM policy with the least rights.",
}


def create_app() -> App:
    """The command-line application."""
    app = App(
        name="studio-endpoint",
        help="SageMaker endpoints for genai-studio: JumpStart models, packages of AWS "
        "Marketplace, and the project's own container.",
        help_format="plaintext",
        default_parameter=Parameter(negative_iterable=()),
        suppress_keyboard_interrupt=False,
        result_action="return_int_as_exit_code_else_zero",
    )
    for name, purpose in _COMMANDS.items():
        app.command(f"studio_endpoint.commands.{name}:{name}", name=name, help=purpose)
    return app


def main() -> None:
    """Run the command that the arguments name, and end with its exit code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command; what stops it is said on standard error, with exit code 1."""
    try:
        code: int = create_app()(list(arguments))
    except KeyboardInterrupt:
        return INTERRUPTED
    except (EndpointProblem, StudioError, OSError) as error:
        sys.stderr.write(f"studio-endpoint: {error}\n")
        return 1
    except BotoCoreError as error:
        # Before the first call: no region, a broken profile.
        sys.stderr.write(f"studio-endpoint: {error}\n")
        return 1
    return code
