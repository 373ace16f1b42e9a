"""Build one bundle from its plan."""

from __future__ import annotations

import tempfile
from pathlib import Path

from lambda_bundles.archive import write_archive
from lambda_bundles.botocore_data import keep_services
from lambda_bundles.bytecode import compile_all
from lambda_bundles.distributions import Architecture, exclude, install
from lambda_bundles.generated_code import copy_generated_code, write_generated_code
from lambda_bundles.modules import (
    PACKAGE,
    copy_data,
    copy_modules,
    copy_operations,
    write_metadata,
)
from lambda_bundles.plan import Bundle


def build(
    bundle: Bundle,
    architecture: Architecture,
    archive: Path,
    *,
    python: str,
    compiler: str | None,
    here: Path | None = None,
) -> None:
    """Build one bundle.

    Args:
        archive: Path of the zip file to write.
        python: Python version of the Lambda runtime, such as `3.13`.
        compiler: Path of a Python of that version. None: keep sources instead of bytecode.
        here: Archive of the bundle for the architecture of this machine, if it was built
            before. Its generated code is reused.
    """
    with tempfile.TemporaryDirectory() as temporary:
        directory = Path(temporary)
        assemble(bundle, architecture, directory, python=python)
        if compiler is not None:
            precompile(bundle, architecture, directory, python=python, compiler=compiler, here=here)
        write_archive(directory, archive)


def precompile(
    bundle: Bundle,
    architecture: Architecture,
    directory: Path,
    *,
    python: str,
    compiler: str,
    here: Path | None = None,
) -> None:
    """Replace the sources of an assembled bundle by bytecode, and add the generated code."""
    compile_all(directory, compiler)
    if here is not None:
        copy_generated_code(here, directory)
        return
    if architecture is Architecture.of_this_machine():
        write_generated_code(bundle.handlers, directory, directory, compiler)
        return
    # This machine cannot import extension modules for another architecture.
    with tempfile.TemporaryDirectory() as temporary:
        importable = Path(temporary)
        assemble(bundle, Architecture.of_this_machine(), importable, python=python)
        # Libraries may import other modules if their sources are missing; anyio does.
        compile_all(importable, compiler)
        write_generated_code(bundle.handlers, importable, directory, compiler)


def assemble(bundle: Bundle, architecture: Architecture, directory: Path, *, python: str) -> None:
    """Fill an empty directory with the content of a bundle, as sources."""
    install(bundle.lock, python, architecture, directory)
    exclude(bundle.excluded, directory)
    copy_modules(bundle.handlers, directory)
    copy_data(bundle.data, directory)
    if bundle.operations:
        copy_operations(directory)
    write_metadata(directory)
    keep_services(directory / "botocore" / "data", bundle.services, directory / PACKAGE)
