"""The code blocks of the documents do what the text around them says.

Shell blocks of one document run as one session, in a folder where the
repository's own seem to lie; Python blocks run each by themselves; both against
a studio that `genai-studio up` has started, with its address and a token of it
in place of those that the text shows. A block that cannot run here is marked by
a comment before it, `<!-- not run: why -->`, and is listed by a test of its own.
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
SHOWN = {"text", "json", "graphql"}
"""What a block may be that is only to be read: output, and data."""

SEEN = ("graphql", "docs", "tests", "resolvers", ".venv")
"""What of the repository the examples name."""

NEWEST = """genai-studio history --first 1 --json | grep -om1 '"id": "[^"]*' | cut -c8-"""


def run_here(language: str) -> dict[str, list[CodeBlock]]:
    """By document, what is to be run of a language."""
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
    for name in SEEN:
        (tmp_path / name).symlink_to(ROOT / name)
    return tmp_path


def session(studio: StudioProcess) -> dict[str, str]:
    """The environment of somebody who has set the studio up."""
    programs = f"{ROOT / '.venv' / 'bin'}:{Path(sys.executable).parent}"
    own = environment(GENAI_STUDIO_DATA_DIR=str(studio.data_dir), no_proxy="127.0.0.1")
    return own | {"PATH": f"{programs}:{own['PATH']}"}


def filled_in(text: str, studio: StudioProcess) -> str:
    """The text with what a reader fills in."""
    for shown, own in {
        "127.0.0.1:8000": studio.url.removeprefix("http://"),
        'TOKEN = "…"': f'TOKEN = "{studio.token}"',
        "explain ID": f'explain "$({NEWEST})"',
    }.items():
        text = text.replace(shown, own)
    return text


@pytest.mark.parametrize("document", run_here("bash"))
def test_shell_blocks_run_from_top_to_bottom(
    document: str, studio: StudioProcess, folder: Path
) -> None:
    blocks = run_here("bash")[document]
    script = "\n".join(
        f"printf '%s\\n' '@ {block.place}' >&2\n{filled_in(block.text, studio)}" for block in blocks
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
    [block for blocks in run_here("python").values() for block in blocks],
    ids=lambda block: block.place,
)
def test_a_python_block_runs(block: CodeBlock, studio: StudioProcess, folder: Path) -> None:
    program = folder / "block.py"
    program.write_text(filled_in(block.text, studio), "utf-8")
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
    assert ran.stdout.splitlines()[-1].startswith(studio.url), "it ends with the image's link"


@pytest.mark.parametrize(
    "block",
    [block for blocks in run_here("tsx").values() for block in blocks],
    ids=lambda block: block.place,
)
def test_a_react_block_compiles(block: CodeBlock, tmp_path: Path) -> None:
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
def test_a_block_says_what_it_is(block: CodeBlock) -> None:
    assert block.language in RUN | SHOWN, f"{block.place}: the fence names no known language"
    if block.not_run is not None:
        assert block.language in RUN, f"{block.place}: nobody would run this"


@pytest.mark.parametrize(
    "block",
    [block for block in BLOCKS if block.not_run is not None],
    ids=lambda block: f"{block.place}: {block.not_run}",
)
def test_a_block_that_is_not_run_says_why(block: CodeBlock) -> None:
    assert block.not_run is not None
    assert re.fullmatch(r"\S+( \S+){2,}", block.not_run), "the reason is a sentence"


@pytest.mark.parametrize(
    "block",
    [block for block in BLOCKS if block.language == "bash"],
    ids=lambda block: block.place,
)
def test_a_shell_block_is_shell(block: CodeBlock) -> None:
    read = subprocess.run(
        ["bash", "-n"], input=block.text, capture_output=True, text=True, check=False
    )
    assert (read.returncode, read.stderr) == (0, "")
