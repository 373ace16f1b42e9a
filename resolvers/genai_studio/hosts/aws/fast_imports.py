"""Speed up the imports of a Lambda function at cold start.

Most objects that an import creates live as long as the process, so the garbage
collector only costs time. It runs again after the imports, and then skips these objects.

`dataclasses` and `namedtuple` generate source code for each class and compile it, and
`re` compiles patterns. The bundle contains the results, which the build has recorded by
importing the handlers (`infra/lambda/lambda_bundles/generated_code.py`). The key is the
whole source code or pattern, so what the build did not see is compiled as usual.
"""

from __future__ import annotations

import collections
import dataclasses
import gc
import marshal
import re
from collections.abc import Callable, Mapping
from importlib.util import MAGIC_NUMBER
from pathlib import Path
from types import CodeType
from typing import Any, NamedTuple

GENERATED_CODE = Path(__file__).with_name("generated_code.bin")
"""Magic number of the Python that compiled the code, then the marshaled `GeneratedCode`."""

Pattern = tuple[str | bytes, int]
"""A regular expression and its flags."""


class GeneratedCode(NamedTuple):
    """Compiled code.

    Attributes:
        regex_version: Version of the instructions of regular expressions.
        classes: Code by its source.
        patterns: Arguments of `_sre.compile`, by pattern.
    """

    regex_version: int
    classes: Mapping[str, CodeType]
    patterns: Mapping[Pattern, tuple[Any, ...]]


def begin(path: Path = GENERATED_CODE) -> None:
    """Suspend the garbage collector and use the compiled code, until `end` is called.

    Args:
        path: File with the compiled code. It is ignored if it is missing or of another
            Python version.
    """
    gc.disable()
    code = _read(path)
    if code is None:
        return
    # A global of a module takes precedence over the builtin function of the same name.
    vars(dataclasses)["exec"] = _run_compiled(code.classes, exec)
    vars(collections)["eval"] = _run_compiled(code.classes, eval)
    regex = _regex_compiler()
    if regex is not None and code.regex_version == regex.MAGIC:
        vars(regex)["compile"] = _compile_pattern(code.patterns, regex)


def end() -> None:
    """Undo `begin`. Objects that exist now are excluded from garbage collection."""
    vars(dataclasses).pop("exec", None)
    vars(collections).pop("eval", None)
    regex = _regex_compiler()
    if regex is not None:
        regex.compile = getattr(regex.compile, "original", regex.compile)
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


def _read(path: Path) -> GeneratedCode | None:
    try:
        content = path.read_bytes()
    except FileNotFoundError:  # the bundle has no bytecode, or this is not a bundle
        return None
    if not content.startswith(MAGIC_NUMBER):
        return None
    return GeneratedCode(*marshal.loads(content[len(MAGIC_NUMBER) :]))  # noqa: S302 - a file of the bundle


def _regex_compiler() -> Any:  # noqa: ANN401 - a private module
    """Return the module behind `re.compile`, if this Python has it."""
    return getattr(re, "_compiler", None)


def _run_compiled(
    classes: Mapping[str, CodeType], run: Callable[..., object]
) -> Callable[..., object]:
    """Return `exec` or `eval` for source code that may be in `classes`."""

    def run_compiled(source: str, *namespaces: dict[str, Any]) -> object:
        return run(classes.get(source, source), *namespaces)

    return run_compiled


def _compile_pattern(
    patterns: Mapping[Pattern, tuple[Any, ...]],
    regex: Any,  # noqa: ANN401 - a private module
) -> Callable[..., object]:
    """Return `re._compiler.compile` for patterns that may be in `patterns`."""
    original = regex.compile

    def compile_pattern(pattern: Any, flags: int = 0) -> object:  # noqa: ANN401 - or a parsed pattern
        known = patterns.get((pattern, flags)) if isinstance(pattern, str | bytes) else None
        return original(pattern, flags) if known is None else regex._sre.compile(*known)

    compile_pattern.original = original  # type: ignore[attr-defined]  # for `end`
    return compile_pattern
