"""The catalog file of a studio's own models."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from pathlib import Path

from hypothesis import strategies as st

from genai_studio.catalog_file import BUILT_IN, MAX_LINE_BYTES, read_models
from genai_studio.domain.errors import StudioUnavailable
from tests.fuzz.fuzzing import assert_bounded_cost, fuzz, repeat
from tests.fuzz.inputs import mutated_bytes

SHIPPED = BUILT_IN.read_bytes()
ONE_MODEL = b"[[models]]" + SHIPPED.split(b"[[models]]")[1]


def read(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "models.toml"
        path.write_bytes(content)
        with suppress(StudioUnavailable):
            read_models(path)


@fuzz(mutated_bytes((ONE_MODEL,)) | st.binary(max_size=100))
def test_catalog(content: bytes) -> None:
    read(content)


def test_cost_of_catalogs() -> None:
    for unit in (b"[[models]]\n", b"a=[\n", b"a={", b"a.", b"a.a=1\n", b"[a.b]\n"):
        assert_bounded_cost(read, repeat(unit), 100_000)
    assert_bounded_cost(read, repeat(b"[\n", b"a="), 100_000)
    # The longest keys that are read, each of many parts.
    assert_bounded_cost(read, repeat(b"a." * (MAX_LINE_BYTES // 2) + b"\n"), 100_000)
