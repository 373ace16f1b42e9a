"""The command-line application: deploy, status, invoke, delete, policy."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from botocore.exceptions import BotoCoreError
from cyclopts import App, Parameter

from genai_studio.domain.errors import StudioError
from studio_endpoint.errors import StudioEndpointError

INTERRUPTED = 130

_COMMANDS = {
    "deploy": "Create an endpoint, after showing its hourly price.",
    "status": "Show the state and the hourly price of an endpoint.",
    "invoke": "Request one image from an endpoint, as the studio does.",
    "delete": "Delete an endpoint and all of its resources.",
    "policy": "Print an IAM policy with the minimum permissions.",
}


def create_app() -> App:
    """Create the command-line application."""
    app = App(
        name="studio-endpoint",
        help="SageMaker endpoints for genai-studio: JumpStart models, AWS Marketplace packages, "
        "and the project's own container.",
        help_format="plaintext",
        default_parameter=Parameter(negative_iterable=()),
        suppress_keyboard_interrupt=False,
        result_action="return_int_as_exit_code_else_zero",
    )
    for name, purpose in _COMMANDS.items():
        app.command(f"studio_endpoint.commands.{name}:{name}", name=name, help=purpose)
    return app


def main() -> None:
    """Run the command in the arguments and exit with its exit code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code. Prints errors on standard error."""
    try:
        code: int = create_app()(list(arguments))
    except KeyboardInterrupt:
        return INTERRUPTED
    except (StudioEndpointError, StudioError, OSError) as error:
        sys.stderr.write(f"studio-endpoint: {error}\n")
        return 1
    except BotoCoreError as error:
        # Raised before the first call, for example for an invalid profile.
        sys.stderr.write(f"studio-endpoint: {error}\n")
        return 1
    return code
