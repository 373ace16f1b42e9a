"""The code blocks of the documentation run.

The shell blocks of one document run as one session, in a folder with links to
the repository's folders. Each Python block runs on its own. Both use a studio
started with `genai-studio up`; its address and token replace those in the text.
A comment `<!-- not run: reason -->` before a block excludes it; the tests list
these blocks with their reasons.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.code_blocks import CodeBlock, code_blocks
from tests.serving.studio_process import ROOT, StudioProcess, environment

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
BLOCKS = [block for document in DOCUMENTS for block in code_blocks(document)]
RUN = {"bash", "python", "tsx"}
DISPLAYED = {"text", "json", "graphql"}
"""Languages of blocks that are not run: output and data."""

LINKED = ("graphql", "docs", "tests", "resolvers", ".venv")
"""Folders of the repository that the examples use."""

NEWEST = """genai-studio history --first 1 --json | grep -om1 '"id": "[^"]*' | cut -c8-"""


def runnable_blocks(language: str) -> dict[str, list[CodeBlock]]:
    """Return the blocks of a language that run, by document."""
    found: dict[str, list[CodeBlock]] = {}
    for block in BLOCKS:
        if block.language == language and block.not_run is None:
            found.setdefault(block.document, []).append(block)
    return found


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StudioProcess]:
    studio = StudioProcess(tmp_path_factory.mktemp("studio"))
    studio.start()
    studio.until_ready()
    yield studio
    studio.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in LINKED:
        (tmp_path / name).symlink_to(ROOT / name)
    return tmp_path


def session(studio: StudioProcess) -> dict[str, str]:
    """Return the environment of a user who has installed the studio."""
    programs = f"{ROOT / '.venv' / 'bin'}:{Path(sys.executable).parent}"
    own = environment(GENAI_STUDIO_DATA_DIR=str(studio.data_dir), no_proxy="127.0.0.1")
    return own | {"PATH": f"{programs}:{own['PATH']}"}


def fill_in(text: str, studio: StudioProcess) -> str:
    """Replace the placeholders that a reader would fill in."""
    for placeholder, value in {
        "127.0.0.1:8000": studio.url.removeprefix("http://"),
        'TOKEN = "…"': f'TOKEN = "{studio.token}"',
        "explain ID": f'explain "$({NEWEST})"',
    }.items():
        text = text.replace(placeholder, value)
    return text


@pytest.mark.parametrize("document", runnable_blocks("bash"))
def test_shell_blocks_run_from_top_to_bottom(
    document: str, studio: StudioProcess, folder: Path
) -> None:
    blocks = runnable_blocks("bash")[document]
    script = "\n".join(
        f"printf '%s\\n' '@ {block.place}' >&2\n{fill_in(block.text, studio)}" for block in blocks
    )
    ran = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=folder,
        env=session(studio),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert ran.returncode == 0, f"{ran.stdout}\n{ran.stderr}"
    assert f"@ {blocks[-1].place}" in ran.stderr


@pytest.mark.parametrize(
    "block",
    [block for blocks in runnable_blocks("python").values() for block in blocks],
    ids=lambda block: block.place,
)
def test_python_blocks_run(block: CodeBlock, studio: StudioProcess, folder: Path) -> None:
    program = folder / "block.py"
    program.write_text(fill_in(block.text, studio), "utf-8")
    ran = subprocess.run(
        [sys.executable, str(program)],
        cwd=folder,
        env=session(studio),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.splitlines()[-1].startswith(studio.url), "the last line must be the image URL"


@pytest.mark.parametrize(
    "block",
    [block for blocks in runnable_blocks("tsx").values() for block in blocks],
    ids=lambda block: block.place,
)
def test_react_blocks_compile(block: CodeBlock, tmp_path: Path) -> None:
    node = shutil.which("node")
    assert node is not None
    modules = ROOT / "web" / "node_modules"
    (tmp_path / "node_modules").symlink_to(modules)
    (tmp_path / "App.tsx").write_text(block.text, "utf-8")
    ran = subprocess.run(
        [
            *(node, str(modules / "typescript" / "bin" / "tsc"), "--noEmit", "--strict"),
            *("--jsx", "react-jsx", "--module", "esnext", "--moduleResolution", "bundler"),
            *("--target", "es2023", "--lib", "es2023,dom", "--skipLibCheck", "App.tsx"),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stdout


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.place)
def test_every_block_names_a_known_language(block: CodeBlock) -> None:
    assert block.language in RUN | DISPLAYED, f"{block.place}: the fence names no known language"
    if block.not_run is not None:
        assert block.language in RUN, f"{block.place}: only runnable languages need a reason"


@pytest.mark.parametrize(
    "block",
    [block for block in BLOCKS if block.not_run is not None],
    ids=lambda block: f"{block.place}: {block.not_run}",
)
def test_every_excluded_block_has_a_reason(block: CodeBlock) -> None:
    assert block.not_run is not None
    assert re.fullmatch(r"\S+( \S+){2,}", block.not_run), "reason too short"


@pytest.mark.parametrize(
    "block",
    [block for block in BLOCKS if block.language == "bash"],
    ids=lambda block: block.place,
)
def test_shell_blocks_have_valid_syntax(block: CodeBlock) -> None:
    read = subprocess.run(
        ["bash", "-n"], input=block.text, capture_output=True, text=True, check=False
    )
    assert (read.returncode, read.stderr) == (0, "")
