"""From the plan to a zip."""

from __future__ import annotations

import tempfile
from pathlib import Path

from lambda_bundles.archive import write_archive
from lambda_bundles.botocore_data import keep_services
from lambda_bundles.bytecode import compile_all
from lambda_bundles.distributions import Architecture, exclude, install
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
    """Write one bundle.

    Args:
        archive: The zip to write.
        python: Minor version of the Python that will run it.
        compiler: A Python of that version; None leaves the bytecode out.
    """
    with tempfile.TemporaryDirectory() as temporary:
        directory = Path(temporary)
        assemble(bundle, architecture, directory, python=python)
        if compiler is not None:
            compile_all(directory, compiler)
        write_archive(directory, archive)


def assemble(bundle: Bundle, architecture: Architecture, directory: Path, *, python: str) -> None:
    """Put everything that a bundle holds into an empty directory, as sources."""
    install(bundle.lock, python, architecture, directory)
    exclude(bundle.excluded, directory)
    copy_modules(bundle.handlers, directory)
    copy_data(bundle.data, directory)
    write_metadata(directory)
    keep_services(directory / "botocore" / "data", bundle.services, directory / PACKAGE)
