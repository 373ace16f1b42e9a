"""Compiled functions give the responses of graphql-core, byte for byte, errors included.

`make fuzz-execution` compares more documents: `DOCUMENTS` sets their number.
"""

from __future__ import annotations

import os

import pytest

from genai_studio.schema.compiled.executor import CompiledExecutor
from tests.conformance.compiled_execution.comparison import run

DOCUMENTS = int(os.environ.get("DOCUMENTS", "6000"))
FIRST_SEED = int(os.environ.get("FIRST_SEED", "0"))
PARTS = 4


@pytest.mark.parametrize("part", range(PARTS))
def test_random_documents_give_equal_responses(part: int) -> None:
    size = DOCUMENTS // PARTS
    before = CompiledExecutor.completed, CompiledExecutor.fallbacks
    first = FIRST_SEED + part * size
    compared, direct = run(range(first, first + size), faulty=0.4)

    assert compared == size
    assert PARTS * compared >= 5_000
    # The documents without faults, and those whose faults they do not select.
    assert CompiledExecutor.completed - before[0] > size / 2
    assert CompiledExecutor.fallbacks - before[1] > size / 20
    assert direct > size / 20
