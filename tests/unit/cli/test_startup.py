"""The command line starts fast: a command imports only what it needs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ("strawberry", "graphql", "gql", "onnxruntime", "boto3", "numpy", "PIL", "uvicorn", "httpx")

COMMANDS = ("up", "generate", "history", "explain", "token", "cost", "doctor", "schema")

PROGRAM = """
import sys
from genai_studio.hosts.cli.app import run
try:
    code = run(sys.argv[1:])
except SystemExit as end:
    code = end.code
heavy = [name for name in {heavy} if name in sys.modules]
sys.stderr.write(" ".join(heavy))
sys.exit(code)
"""


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", PROGRAM.format(heavy=HEAVY), *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(Path(__file__).parents[3] / "resolvers")},
    )


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["up", "--help"], []])
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    ran = run(*arguments)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout


def test_token_imports_nothing_heavy_and_prints_only_the_token(tmp_path: Path) -> None:
    ran = run("token", "--user", "bob", "--data-dir", str(tmp_path / "new"))
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.count("\n") == 1
    assert ran.stdout.count(".") == 2
    assert (tmp_path / "new").stat().st_mode & 0o077 == 0


def test_every_command_has_help() -> None:
    text = run("--help").stdout
    for command in (*COMMANDS, "models"):
        assert f" {command} " in text
        assert run(command, "--help").stdout.startswith(f"Usage: genai-studio {command}")
