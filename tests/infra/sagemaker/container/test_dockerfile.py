"""The Dockerfile, checked as text without a build."""

from __future__ import annotations

import ast
import json
import re
import sys
from fnmatch import fnmatch
from pathlib import Path

import pytest

from tests.serving.container_process import DOCKERFILE, ROOT, arguments, copies, instructions

CONTAINER = ROOT / "infra" / "sagemaker" / "container"
MODULES = {"PIL": "pillow"}
IN_BASE_IMAGE = {"torch"}


def pins(lock: Path) -> dict[str, set[str]]:
    """Return the versions of each package in a lock file.

    A package has several versions if they depend on the Python version.
    """
    found: dict[str, set[str]] = {}
    for name, version in re.findall(
        r"^([a-z0-9-]+)(?:\[[\w,-]+\])?==(\S+)", lock.read_text(), re.MULTILINE
    ):
        found.setdefault(name, set()).add(version)
    return found


def test_the_base_is_an_aws_image_with_the_tested_pytorch() -> None:
    (base,) = [rest.removeprefix("BASE=") for rest in arguments("ARG")]
    registry, _, tag = base.partition(":")
    assert registry == "763104351884.dkr.ecr.us-east-1.amazonaws.com/pytorch"
    assert tag.endswith("-sagemaker")
    makefile = (ROOT / "Makefile").read_text("utf-8")
    tested = re.search(r"^TORCH_VERSION := (\d+\.\d+)\.", makefile, re.MULTILINE)
    assert tested is not None
    assert tag.startswith(f"{tested[1]}-")


def test_the_entry_point_receives_arguments_and_signals_directly() -> None:
    (entry_point,) = arguments("ENTRYPOINT")
    assert json.loads(entry_point) == ["python", "-m", "genai_studio.inference"]
    # `serve` would override a CMD, and a USER would not own the model's folder.
    assert not {"CMD", "USER", "VOLUME", "SHELL"} & {name for name, _ in instructions()}


def test_it_accepts_sagemakers_port() -> None:
    assert arguments("EXPOSE") == ["8080"]
    labels = " ".join(arguments("LABEL"))
    assert "com.amazonaws.sagemaker.capabilities.accept-bind-to-port=true" in labels


def test_only_hashed_packages_are_downloaded() -> None:
    (install,) = (line for line in arguments("RUN") if "pip install" in line)
    assert "--require-hashes" in install
    assert "--no-deps" in install
    assert not re.search(r"curl|wget|git clone|apt|dnf", DOCKERFILE.read_text("utf-8"))


def test_the_image_contains_no_secrets() -> None:
    values = " ".join((*arguments("ENV"), *arguments("ARG")))
    assert not re.search(r"key|token|secret|password", values, re.IGNORECASE)


@pytest.mark.parametrize("source", [source for source, _ in copies()])
def test_copied_files_exist_and_pass_the_ignore_file(source: str) -> None:
    assert (ROOT / source).exists()
    lines = Path(f"{DOCKERFILE}.dockerignore").read_text("utf-8").splitlines()
    allowed = [line.removeprefix("!") for line in lines if line.startswith("!")]
    assert any(fnmatch(source, pattern) for pattern in allowed)


def test_every_import_of_serving_is_installed_or_copied() -> None:
    copied = [ROOT / source for source, _ in copies()]
    copied_files = {path for source in copied for path in (source, *source.rglob("*.py"))}
    imported: set[str] = set()
    for path in copied_files:
        if path.suffix != ".py":
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                imported.add(node.module)
    own = {name for name in imported if name.startswith("genai_studio")}
    modules = {ROOT / "resolvers" / name.replace(".", "/") for name in own}
    missing = {
        module
        for module in modules
        if module not in copied_files and module.with_suffix(".py") not in copied_files
    }
    assert {module for module in missing if module / "__init__.py" not in copied_files} == set()
    third_party = {name.partition(".")[0] for name in imported - own} - set(sys.stdlib_module_names)
    packages = {MODULES.get(name, name) for name in third_party} | {"diffusers", "transformers"}
    assert packages - IN_BASE_IMAGE <= set(pins(CONTAINER / "requirements.lock"))


def test_the_container_uses_the_tested_versions() -> None:
    tested = pins(ROOT / "requirements.lock")
    tested |= pins(ROOT / "infra" / "diffusers" / "requirements.txt")
    served = pins(CONTAINER / "requirements.lock")
    shared = tested.keys() & served.keys()
    assert {"onnxruntime", "pillow", "starlette", "uvicorn", "diffusers"} <= shared
    assert {name: served[name] for name in shared} == {name: tested[name] for name in shared}


@pytest.mark.parametrize(
    "lock", [CONTAINER / "requirements.lock", CONTAINER.parent / "requirements.lock"]
)
def test_lock_files_contain_no_registry(lock: Path) -> None:
    assert not re.search(r"https?://|index-url|find-links|file:", lock.read_text("utf-8"))
