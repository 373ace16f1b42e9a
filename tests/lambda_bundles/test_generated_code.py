"""Tests for the code of classes and patterns that bundles contain."""

from __future__ import annotations

import subprocess

import pytest

from lambda_bundles.bytecode import find_python
from lambda_bundles.generated_code import FILE, MODES, VARIABLES
from tests.lambda_bundles.built import BUNDLES, PLAN, unpacked

HANDLERS = [(name, handler) for name, bundle in BUNDLES.items() for handler in bundle.handlers]

_COUNT_COMPILED = """
import importlib, sys
sys.path.insert(0, sys.argv[1])
sources = []
def record(event, arguments):
    if event == "compile" and b"def __create_fn__" in (arguments[0] or b""):
        sources.append(arguments[0])
sys.addaudithook(record)
importlib.import_module(sys.argv[2])
print(sources)
"""


@pytest.mark.skipif(find_python(PLAN.python) is None, reason=f"needs Python {PLAN.python}")
@pytest.mark.parametrize("mode", MODES, ids=["standard", "async", "bedrock"])
@pytest.mark.parametrize(("name", "handler"), HANDLERS)
def test_cold_start_compiles_no_data_class(name: str, handler: str, mode: dict[str, str]) -> None:
    directory = unpacked(BUNDLES[name])
    assert (directory / FILE).is_file()
    python = find_python(PLAN.python)
    assert python is not None

    run = subprocess.run(
        [python, "-I", "-S", "-c", _COUNT_COMPILED, str(directory), handler],
        env=VARIABLES | mode,
        capture_output=True,
        text=True,
        check=True,
    )

    assert run.stdout.splitlines()[-1] == "[]"
