"""`genai-studio verify`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from genai_studio.hosts.cli.options import DataDir, Json, local_settings

UNVERIFIED = 1


def verify(
    file: Annotated[Path, Parameter(name="FILE", help="The image to verify.")],
    /,
    *,
    anchors: Annotated[
        Path | None,
        Parameter(help="PEM file with certificates of further authorities to trust."),
    ] = None,
    data_dir: DataDir = None,
    json: Json = False,
) -> int:
    """Validate the signature (C2PA) of an image: whether it is unchanged, and who signed it.

    Trusts the studio of the data directory. Works offline. The exit code is 0 for a
    trusted or valid file, otherwise 1.
    """
    from genai_studio.bootstrap.credential_verifier import credential_verifier
    from genai_studio.hosts.cli.output.console import out, print_json
    from genai_studio.hosts.cli.output.credential_table import credential_table, report_json
    from genai_studio.ports import CredentialStatus

    verifier = credential_verifier(local_settings(data_dir=data_dir), anchors)
    report = verifier.verify(file.read_bytes())
    if json:
        print_json(report_json(report))
    else:
        out().print(credential_table(report))
    verified = report.status in (CredentialStatus.TRUSTED, CredentialStatus.VALID)
    return 0 if verified else UNVERIFIED
