"""`genai-studio doctor`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from genai_studio.hosts.cli.options import DataDir, Json, local_settings


def doctor(
    *,
    host: Annotated[str | None, Parameter(help="Address for `up` to listen on.")] = None,
    port: Annotated[int | None, Parameter(help="Port for `up` to listen on.")] = None,
    data_dir: DataDir = None,
    model_dir: Annotated[
        list[Path] | None, Parameter(help="Additional model for `up` to serve; repeatable.")
    ] = None,
    json: Json = False,
) -> int:
    """Check this machine for missing requirements.

    Exits with code 1 if a requirement of the studio is missing.
    """
    from rich.table import Table
    from rich.text import Text

    from genai_studio.hosts.cli.local_studio.checks import Verdict, examine
    from genai_studio.hosts.cli.output.console import out, print_json

    settings = local_settings(
        host=host,
        port=port,
        data_dir=data_dir,
        model_dirs=tuple(model_dir) if model_dir else None,
    )
    findings = list(examine(settings))
    if json:
        print_json(
            [
                {
                    "subject": finding.subject,
                    "verdict": finding.verdict.value,
                    "found": finding.found,
                    "remedy": finding.remedy,
                }
                for finding in findings
            ]
        )
    else:
        styles = {Verdict.FINE: "green", Verdict.OPTIONAL: "yellow", Verdict.MISSING: "bold red"}
        table = Table(box=None, pad_edge=False, show_header=False)
        for finding in findings:
            table.add_row(
                Text(finding.verdict.value, style=styles[finding.verdict]),
                Text(finding.subject),
                Text(f"{finding.found}. {finding.remedy}".removesuffix(" ")),
            )
        out().print(table)
    return int(any(finding.verdict is Verdict.MISSING for finding in findings))
