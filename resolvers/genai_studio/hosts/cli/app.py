"""The command-line application. Each command's module is imported when it is used."""

from __future__ import annotations

import sys
from importlib.metadata import version

from cyclopts import App, Parameter

from genai_studio.hosts.cli.output.failures import describe_error, print_error

_COMMANDS = {
    "up": "Run the studio on this machine: page, API and model.",
    "generate": "Generate images from a prompt and save them to files.",
    "edit": "Change an image by a prompt, as a whole or in a part, or extend it.",
    "vary": "Make a variation of an image.",
    "upscale": "Enlarge an image.",
    "history": "List your generations, newest first.",
    "boards": "List your boards by name, with their IDs.",
    "explain": "Show the timeline of a generation.",
    "login": "Sign in to a studio in an AWS account.",
    "logout": "Sign out of the studio in an AWS account and delete the stored tokens.",
    "token": "Print an access token for a user of the local studio.",
    "cost": "Estimate the monthly cost of a studio in AWS, by service.",
    "verify": "Validate the signature of an image, and show who signed it.",
    "doctor": "Check this machine for missing requirements.",
    "schema": "Print the GraphQL schema.",
}

_MODULES = {"boards": "history", "vary": "edit", "upscale": "edit"}
"""Modules of the commands that share one with another command."""

_MODELS_COMMANDS = {
    "add": ("add", "Download a text-to-image model from a hub and add it to the catalog."),
    "list": ("list_models", "List the added models."),
    "remove": ("remove", "Delete an added model and its files."),
}

INTERRUPTED = 130


def create_app() -> App:
    """Create the command-line application."""
    app = App(
        name="genai-studio",
        help="A text-to-image studio: Stable Diffusion on SageMaker or on this machine.",
        help_epilogue="Every option of `up` can also be set with an environment variable, such as "
        "GENAI_STUDIO_PORT. See genai_studio/settings.py.",
        version=lambda: version("genai-studio"),
        help_format="plaintext",
        default_parameter=Parameter(negative_iterable=()),
        suppress_keyboard_interrupt=False,
        result_action="return_int_as_exit_code_else_zero",
    )
    for name, summary in _COMMANDS.items():
        module = f"genai_studio.hosts.cli.commands.{_MODULES.get(name, name)}"
        app.command(f"{module}:{name}", name=name, help=summary)
    models = App(name="models", help="List, add and remove models from hubs.")
    for name, (function, summary) in _MODELS_COMMANDS.items():
        path = f"genai_studio.hosts.cli.commands.models:{function}"
        models.command(path, name=name, help=summary)
    app.command(models)
    return app


def main() -> None:
    """Run the command in `sys.argv` and exit with its exit code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run a command and return its exit code. An exception becomes one line and code 1."""
    for number, argument in enumerate(arguments, 1):
        # Python replaces the bytes of an argument that are not UTF-8 by surrogates.
        if not argument.isascii() and any("\ud800" <= char <= "\udfff" for char in argument):
            print_error(f"Argument {number} is not valid UTF-8. Check the terminal's encoding.")
            return 1
    try:
        code: int = create_app()(arguments)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of the output closed the pipe, as `head` does.
        sys.stdout = None
        return 1
    except Exception as error:
        print_error(describe_error(error))
        return 1
    return code
