"""The result of `genai-studio verify` as a table and as JSON."""

from __future__ import annotations

from dataclasses import asdict

from rich.table import Table
from rich.text import Text

from genai_studio.hosts.cli.output.terminal_text import escape_controls
from genai_studio.ports import (
    CredentialIngredient,
    CredentialReport,
    CredentialStatus,
)

_STATUSES = {
    CredentialStatus.TRUSTED: "trusted: unchanged since a trusted signer signed it",
    CredentialStatus.VALID: "valid: unchanged since it was signed, but the signer is not trusted",
    CredentialStatus.INVALID: "invalid: changed after it was signed, or wrongly signed",
    CredentialStatus.ABSENT: "absent: the file has no signature (C2PA)",
}


def credential_table(report: CredentialReport) -> Table:
    """Create a table with one row per fact."""
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")

    def add(name: str, value: str) -> None:
        table.add_row(name, Text(escape_controls(value)))

    add("Status", _STATUSES[report.status])
    if report.signer is not None:
        add("Signer", _signer(report))
    if report.software is not None:
        add("Software", report.software)
    for ingredient in report.ingredients:
        add("Made from", _ingredient(ingredient))
    if report.status is CredentialStatus.INVALID:
        add("Problems", ", ".join(report.problems))
    return table


def report_json(report: CredentialReport) -> dict[str, object]:
    """Return the report for JSON output."""
    return asdict(report)


def _signer(report: CredentialReport) -> str:
    return f"{report.signer} ({report.organization})" if report.organization else str(report.signer)


def _ingredient(ingredient: CredentialIngredient) -> str:
    status = "unsigned"
    if ingredient.status is not CredentialStatus.ABSENT:
        status = (
            f"{ingredient.status.lower()}, signed by {ingredient.signer or 'an unknown signer'}"
        )
    return f"{ingredient.title} ({ingredient.relationship}): {status}"
