"""Tests for the archives that `make lambda` writes."""

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
from lambda_bundles.plan import ROOT, Bundle
from tests.lambda_bundles.built import BUNDLES, HERE, OTHER, archive, runtime, unpacked

EVERY_BUNDLE = pytest.mark.parametrize("bundle", BUNDLES.values(), ids=list(BUNDLES))


@EVERY_BUNDLE
@pytest.mark.parametrize("architecture", Architecture)
def test_bundle_is_within_its_size_limit(bundle: Bundle, architecture: Architecture) -> None:
    assert archive(bundle, architecture).stat().st_size <= bundle.max_megabytes * 1e6


def test_size_limits_match_the_design() -> None:
    assert BUNDLES["appsync"].max_megabytes <= 11
    # C2PA's library and cryptography are 14 of them.
    assert BUNDLES["worker"].max_megabytes <= 27
    # C2PA's library is 9 of them.
    assert BUNDLES["http"].max_megabytes <= 28


def test_the_http_bundle_contains_the_page_without_its_compressed_forms() -> None:
    page = ROOT / "resolvers" / "genai_studio" / "web"
    built = {
        f"genai_studio/web/{path.relative_to(page)}" for path in page.rglob("*") if path.is_file()
    }
    compressed = {name for name in built if name.endswith(".br")}
    packed = {
        name
        for name in _names(archive(BUNDLES["http"], HERE))
        if name.startswith("genai_studio/web/")
    }

    assert compressed
    assert packed == built - compressed


@EVERY_BUNDLE
def test_both_architectures_contain_the_same_files(bundle: Bundle) -> None:
    here, other = (_names(archive(bundle, architecture)) for architecture in (HERE, OTHER))

    assert here == other


def test_builds_are_reproducible(tmp_path: Path) -> None:
    python, compiler = runtime()
    again = tmp_path / "again.zip"

    build(BUNDLES["appsync"], HERE, again, python=python, compiler=compiler)

    assert filecmp.cmp(archive(BUNDLES["appsync"], HERE), again, shallow=False)


@EVERY_BUNDLE
def test_bundle_contains_no_sources_to_compile(bundle: Bundle) -> None:
    names = {path.name for path in unpacked(bundle).rglob("*.py")}

    assert names == set()


def test_bytecode_contains_no_path_of_the_build_machine() -> None:
    built_in = bytes(Path(tempfile.gettempdir()) / tempfile.gettempprefix())
    for module in unpacked(BUNDLES["appsync"]).rglob("*.pyc"):
        content = module.read_bytes()
        assert b"/var/task/" in content
        assert built_in not in content


@EVERY_BUNDLE
def test_bundle_contains_the_licenses_of_its_libraries(bundle: Bundle) -> None:
    directory = unpacked(bundle)
    [own] = directory.glob("genai_studio-*.dist-info/LICENSE")
    assert "Apache License" in own.read_text("utf-8")
    for distribution in directory.glob("*.dist-info"):
        if distribution.name.startswith("c2pa_python-"):
            # Its wheel has no license file. The studio's own license is one of its two.
            metadata = (distribution / "METADATA").read_text("utf-8")
            assert "License: MIT OR Apache-2.0" in metadata
            continue
        names = " ".join(str(path) for path in distribution.rglob("*"))
        assert re.search("licen|copying|notice", names, re.IGNORECASE), distribution.name


@EVERY_BUNDLE
def test_functions_with_snapshots_contain_the_operations_that_they_preload(bundle: Bundle) -> None:
    directory = unpacked(bundle) / "genai_studio" / "graphql_contract" / "operations"
    expected = sorted(file.name for file in (ROOT / "graphql" / "operations").iterdir())

    found = sorted(file.name for file in directory.glob("*"))

    assert found == (expected if bundle.name in {"appsync", "http"} else [])


def test_bundle_contains_no_unused_libraries() -> None:
    top = {
        name: {path.split("/")[0] for path in _names(archive(bundle, HERE))}
        for name, bundle in BUNDLES.items()
    }

    assert not top["appsync"] & {
        "thumbhash",
        "mangum",
        "starlette",
        "cryptography",
        "c2pa",
        "jwt",
        "boto3",
    }
    assert not top["publisher"] & {
        "PIL",
        "mangum",
        "starlette",
        "cryptography",
        "jwt",
        "boto3",
    }
    assert not top["http"] & {"thumbhash", "boto3", "uvicorn", "websockets", "requests", "toml"}
    assert not top["worker"] & {
        "mangum",
        "starlette",
        "requests",
        "toml",
        "jwt",
        "boto3",
        "numpy",
    }


def test_command_rejects_an_unknown_bundle_and_lists_the_known_ones() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "lambda_bundles", "no-such-bundle"],
        cwd=Path(__file__).parents[2] / "infra" / "lambda",
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 2
    assert "unknown bundle: no-such-bundle" in run.stderr
    assert all(name in run.stderr for name in BUNDLES)


def _names(zipped: Path) -> set[str]:
    """List the files. Names of extension modules lose their architecture and hash suffixes."""
    with ZipFile(zipped) as content:
        names = content.namelist()
    return {
        re.sub(
            r"\.(cpython|abi3)[^/]*\.so$", ".so", re.sub(r"(-[0-9a-f]{8})?\.so[.\d]*$", ".so", name)
        )
        for name in names
    }
