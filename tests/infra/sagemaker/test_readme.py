"""The commands, options and links in the README exist."""

from __future__ import annotations

import re
import shlex

import pytest

from studio_endpoint import cli
from tests.serving.container_process import ROOT

README = (ROOT / "infra/sagemaker/README.md").read_text("utf-8")
BLOCKS = "\n".join(re.findall(r"^```\n(.*?)^```", README, re.MULTILINE | re.DOTALL))
VALUES = {
    "$NAME": "studio-sd21",
    "$ROLE": "genai-studio-endpoint",
    "$ACCOUNT": "123456789012",
}


def commands() -> list[str]:
    joined = BLOCKS.replace("\\\n", " ")
    return [line for line in joined.splitlines() if line.startswith("studio-endpoint ")]


@pytest.mark.parametrize("line", commands())
def test_every_command_in_the_readme_parses(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    for name, value in VALUES.items():
        line = line.replace(name, value)
    words = shlex.split(line.partition(" > ")[0])[1:]
    # Parses the arguments and binds them to the command's parameters without running it.
    command, bound, *_ = cli.create_app().parse_args(words, exit_on_error=False, print_error=False)
    assert command.__module__ == f"studio_endpoint.commands.{words[0]}"
    assert bound.arguments


def test_every_link_in_the_readme_resolves() -> None:
    linked = re.findall(r"\]\(([^)#]+)\)", README)
    assert linked
    assert [name for name in linked if not (ROOT / "infra/sagemaker" / name).exists()] == []
