"""Build one bundle from its plan."""

from __future__ import annotations

import tempfile
from pathlib import Path

from lambda_bundles.archive import write_archive
from lambda_bundles.botocore_data import keep_services
from lambda_bundles.bytecode import compile_all
from lambda_bundles.distributions import Architecture, exclude, install
from lambda_bundles.generated_code import write_generated_code
from lambda_bundles.modules import PACKAGE, copy_data, copy_modules, write_metadata
from lambda_bundles.plan import Bundle


def build(
    bundle: Bundle,
    architecture: Architecture,
    archive: Path,
    *,
    python: str,
    compiler: str | None,
) -> None:
    """Build one bundle.

    Args:
        archive: Path of the zip file to write.
        python: Python version of the Lambda runtime, such as `3.13`.
        compiler: Path of a Python of that version. None: keep sources instead of bytecode.
    """
    with tempfile.TemporaryDirectory() as temporary:
        directory = Path(temporary)
        assemble(bundle, architecture, directory, python=python)
        if compiler is not None:
            precompile(bundle, architecture, directory, python=python, compiler=compiler)
        write_archive(directory, archive)


def precompile(
    bundle: Bundle, architecture: Architecture, directory: Path, *, python: str, compiler: str
) -> None:
    """Replace the sources of an assembled bundle by bytecode, and add the generated code."""
    compile_all(directory, compiler)
    if architecture is Architecture.of_this_machine():
        write_generated_code(bundle.handlers, directory, directory, compiler)
        return
    # This machine cannot import extension modules for another architecture.
    with tempfile.TemporaryDirectory() as temporary:
        here = Path(temporary)
        assemble(bundle, Architecture.of_this_machine(), here, python=python)
        # Libraries may import other modules if their sources are missing; anyio does.
        compile_all(here, compiler)
        write_generated_code(bundle.handlers, here, directory, compiler)


def assemble(bundle: Bundle, architecture: Architecture, directory: Path, *, python: str) -> None:
    """Fill an empty directory with the content of a bundle, as sources."""
    install(bundle.lock, python, architecture, directory)
    exclude(bundle.excluded, directory)
    copy_modules(bundle.handlers, directory)
    copy_data(bundle.data, directory)
    write_metadata(directory)
    keep_services(directory / "botocore" / "data", bundle.services, directory / PACKAGE)
