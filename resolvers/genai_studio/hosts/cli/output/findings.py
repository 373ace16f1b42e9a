"""The results of `doctor`, and how they are printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from rich.table import Table
from rich.text import Text

from genai_studio.hosts.cli.output.console import out, print_json


class Verdict(StrEnum):
    """Result of a check. Only MISSING and FAULTY prevent the studio from working."""

    FINE = "fine"
    OPTIONAL = "optional"
    LIMITED = "limited"
    UNKNOWN = "unknown"
    MISSING = "missing"
    FAULTY = "faulty"


_STYLES = {
    Verdict.FINE: "green",
    Verdict.OPTIONAL: "yellow",
    Verdict.LIMITED: "yellow",
    Verdict.UNKNOWN: "yellow",
    Verdict.MISSING: "bold red",
    Verdict.FAULTY: "bold red",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """Result and explanation of one check.

    Attributes:
        subject: The requirement that was checked.
        found: The state that was found.
        remedy: How to meet the requirement; empty if it is met.
    """

    subject: str
    verdict: Verdict
    found: str
    remedy: str = ""


def print_findings(findings: Sequence[Finding], *, json: bool) -> int:
    """Print the findings, and return the exit code: 1 if the studio cannot work."""
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
        table = Table(box=None, pad_edge=False, show_header=False)
        for finding in findings:
            table.add_row(
                Text(finding.verdict.value, style=_STYLES[finding.verdict]),
                Text(finding.subject),
                Text(f"{finding.found}. {finding.remedy}".removesuffix(" ")),
            )
        out().print(table)
    return int(any(one.verdict in (Verdict.MISSING, Verdict.FAULTY) for one in findings))
