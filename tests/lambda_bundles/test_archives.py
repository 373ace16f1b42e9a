"""What `make lambda` writes."""

from __future__ import annotations

import filecmp
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from zipfile import ZipFile

import pytest

from lambda_bundles.build import build
from lambda_bundles.distributions import Architecture
from lambda_bundles.plan import Bundle
from tests.lambda_bundles.built import BUNDLES, HERE, OTHER, archive, runtime, unpacked

EVERY = pytest.mark.parametrize("bundle", BUNDLES.values(), ids=list(BUNDLES))


@EVERY
@pytest.mark.parametrize("architecture", Architecture)
def test_a_bundle_is_no_larger_than_promised(bundle: Bundle, architecture: Architecture) -> None:
    assert archive(bundle, architecture).stat().st_size <= bundle.at_most * 1e6


def test_the_promises_are_those_of_the_design() -> None:
    assert BUNDLES["appsync"].at_most <= 4
    assert BUNDLES["worker"].at_most <= 15


@EVERY
def test_both_architectures_hold_the_same_files_but_for_compiled_modules(bundle: Bundle) -> None:
    here, other = (_names(archive(bundle, architecture)) for architecture in (HERE, OTHER))

    assert here == other


def test_two_builds_are_the_same_to_the_last_byte(tmp_path: Path) -> None:
    python, compiler = runtime()
    first, second = tmp_path / "first.zip", tmp_path / "second.zip"

    for built in (first, second):
        build(BUNDLES["appsync"], HERE, built, python=python, compiler=compiler)

    assert filecmp.cmp(first, second, shallow=False)


@EVERY
def test_nothing_is_compiled_when_a_function_starts(bundle: Bundle) -> None:
    names = {path.name for path in unpacked(bundle).rglob("*.py")}

    assert names == set()


def test_a_bundle_names_no_place_of_the_machine_that_built_it() -> None:
    built_in = bytes(Path(tempfile.gettempdir()) / tempfile.gettempprefix())
    for module in unpacked(BUNDLES["appsync"]).rglob("*.pyc"):
        content = module.read_bytes()
        assert b"/var/task/" in content
        assert built_in not in content


@EVERY
def test_a_bundle_keeps_the_licences_of_its_libraries(bundle: Bundle) -> None:
    directory = unpacked(bundle)
    for distribution in directory.glob("*.dist-info"):
        names = " ".join(str(path) for path in distribution.rglob("*"))
        own = distribution.name.startswith("genai_studio-")
        assert own or re.search("licen|copying|notice", names, re.IGNORECASE), distribution.name


def test_what_does_not_belong_to_a_bundle_is_not_in_it() -> None:
    ending = {
        name: {path.split("/")[0] for path in _names(archive(bundle, HERE))}
        for name, bundle in BUNDLES.items()
    }

    assert not ending["appsync"] & {"PIL", "mangum", "starlette", "cryptography", "jwt", "boto3"}
    assert not ending["publisher"] & {"PIL", "mangum", "starlette", "cryptography", "jwt", "boto3"}
    assert not ending["http"] & {"PIL", "thumbhash", "boto3", "uvicorn", "websockets"}
    assert not ending["worker"] & {"mangum", "starlette", "cryptography", "jwt", "boto3", "numpy"}


def test_the_command_says_which_bundles_there_are() -> None:
    asked = subprocess.run(
        [sys.executable, "-m", "lambda_bundles", "no-such-bundle"],
        cwd=Path(__file__).parents[2] / "infra" / "lambda",
        capture_output=True,
        text=True,
        check=False,
    )

    assert asked.returncode == 2
    assert "there is no bundle no-such-bundle" in asked.stderr


def _names(zipped: Path) -> set[str]:
    """The files, with the names of compiled modules as every architecture has them."""
    with ZipFile(zipped) as content:
        names = content.namelist()
    return {
        re.sub(
            r"\.(cpython|abi3)[^/]*\.so$", ".so", re.sub(r"(-[0-9a-f]{8})?\.so[.\d]*$", ".so", name)
        )
        for name in names
    }
