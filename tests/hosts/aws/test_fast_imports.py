"""Tests for the compiled code that a Lambda function loads at cold start."""

from __future__ import annotations

import collections
import dataclasses
import gc
import marshal
import re
from collections.abc import Iterator
from importlib.util import MAGIC_NUMBER
from pathlib import Path
from types import CodeType
from typing import Any

import pytest

from genai_studio.hosts.aws import fast_imports

pytestmark = pytest.mark.skipif(not hasattr(re, "_compiler"), reason="needs Python 3.11")

PATTERN = "(?P<year>[0-9]{4})-never-compiled-elsewhere"


@pytest.fixture(autouse=True)
def undone() -> Iterator[None]:
    yield
    fast_imports.end()
    gc.unfreeze()


def written(path: Path, classes: dict[str, CodeType], magic: bytes = MAGIC_NUMBER) -> Path:
    regex = re._compiler  # type: ignore[attr-defined]  # private
    code = [int(word) for word in regex._code(regex._parser.parse(PATTERN, 0), 0)]
    patterns = {(PATTERN, 0): (PATTERN, 32, code, 1, {"year": 1}, (None, "year"))}
    path.write_bytes(magic + marshal.dumps((regex.MAGIC, classes, patterns)))
    return path


def compiled_sources() -> tuple[list[str], type]:
    """Create a dataclass, and return the sources that `dataclasses` executed for it."""
    sources: list[str] = []

    def recording(source: str, *namespaces: dict[str, object]) -> None:
        sources.append(source)
        exec(source, *namespaces)  # noqa: S102 - what dataclasses does

    vars(dataclasses)["exec"] = recording
    try:
        created = dataclasses.make_dataclass("Point", ["x", "y"])
    finally:
        vars(dataclasses).pop("exec")
    return sources, created


def test_known_class_uses_the_stored_code(tmp_path: Path) -> None:
    sources, expected = compiled_sources()
    code = {source: compile(source, "stored.py", "exec") for source in sources}

    fast_imports.begin(written(tmp_path / "code", code))
    point = dataclasses.make_dataclass("Point", ["x", "y"])

    assert point.__init__.__code__.co_filename == "stored.py"  # type: ignore[misc]
    assert repr(point(1, 2)) == repr(expected(1, 2))
    assert point(1, 2) == point(1, 2) != point(2, 1)


def test_unknown_classes_and_patterns_are_compiled_as_usual(tmp_path: Path) -> None:
    fast_imports.begin(written(tmp_path / "code", {}))

    assert dataclasses.make_dataclass("Point", ["x"])(1).x == 1
    pair: Any = collections.namedtuple("pair", ["a", "b"])
    assert pair(1, 2).b == 2
    assert re.compile("never-[c]ompiled-before").match("never-compiled-before")
    assert re.compile(b"never-[c]ompiled-before").match(b"never-compiled-before")


def test_known_pattern_uses_the_stored_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = re.compile(PATTERN)
    re.purge()
    path = written(tmp_path / "code", {})
    monkeypatch.delattr(re._compiler._parser, "parse")  # type: ignore[attr-defined]

    fast_imports.begin(path)
    pattern = re.compile(PATTERN)

    assert pattern == expected
    found = pattern.match("2024-never-compiled-elsewhere")
    assert found is not None
    assert found["year"] == "2024"


@pytest.mark.parametrize("exists", [False, True])
def test_missing_file_and_other_python_version_change_nothing(tmp_path: Path, exists: bool) -> None:
    path = tmp_path / "code"
    if exists:
        written(path, {}, magic=b"\0\0\r\n")

    fast_imports.begin(path)

    assert "exec" not in vars(dataclasses)
    assert "eval" not in vars(collections)


def test_end_undoes_everything_and_resumes_the_garbage_collector(tmp_path: Path) -> None:
    original = re._compiler.compile  # type: ignore[attr-defined]
    fast_imports.begin(written(tmp_path / "code", {}))
    assert not gc.isenabled()

    fast_imports.end()

    assert gc.isenabled()
    assert gc.get_freeze_count() > 0
    assert re._compiler.compile is original  # type: ignore[attr-defined]
    assert "exec" not in vars(dataclasses)
    assert "eval" not in vars(collections)
