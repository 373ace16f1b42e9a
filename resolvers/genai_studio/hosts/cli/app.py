"""The commands by name. Each one lies in a file of its own, read when it is used."""

from __future__ import annotations

import sys
from importlib.metadata import version

from cyclopts import App, Parameter

from genai_studio.hosts.cli.output.failures import complain, explained

_COMMANDS = {
    "up": "Run the studio: page, API and model, on this machine.",
    "generate": "Make images from a prompt and write them to files.",
    "history": "List your generations, newest first.",
    "explain": "Show what was done for one generation, step by step.",
    "login": "Sign in at a studio in an AWS account.",
    "logout": "Sign out there, and keep no token any more.",
    "token": "Print an access token for a user of the local studio.",
    "cost": "Estimate what a studio in AWS costs a month, by service.",
    "doctor": "Say what is missing on this machine, and how to get it.",
    "schema": "Print the GraphQL schema.",
}

_MODELS_COMMANDS = {
    "add": ("add", "Download a text-to-image model from a hub and add it to the catalog."),
    "list": ("list_models", "List the models that were added."),
    "remove": ("remove", "Delete an added model and its files."),
}

INTERRUPTED = 130


def create_app() -> App:
    """The command-line application."""
    app = App(
        name="genai-studio",
        help="A text-to-image studio: Stable Diffusion on SageMaker or on this machine.",
        help_epilogue="Every option of `up` can also be set by the environment, such as "
        "GENAI_STUDIO_PORT; see genai_studio/settings.py.",
        version=lambda: version("genai-studio"),
        help_format="plaintext",
        default_parameter=Parameter(negative_iterable=()),
        suppress_keyboard_interrupt=False,
        result_action="return_int_as_exit_code_else_zero",
    )
    for name, purpose in _COMMANDS.items():
        module = f"genai_studio.hosts.cli.commands.{name}"
        app.command(f"{module}:{name}", name=name, help=purpose)
    models = App(name="models", help="List, add and remove models of the hubs.")
    for name, (function, purpose) in _MODELS_COMMANDS.items():
        path = f"genai_studio.hosts.cli.commands.models:{function}"
        models.command(path, name=name, help=purpose)
    app.command(models)
    return app


def main() -> None:
    """Run the command that the arguments name, and end with its exit code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command; whatever stops it becomes one line and exit code 1."""
    try:
        code: int = create_app()(arguments)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read the output has enough of it, as `head` does.
        sys.stdout = None
        return 1
    except Exception as error:
        complain(explained(error))
        return 1
    return code
