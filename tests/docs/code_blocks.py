"""The code blocks of a document, and what its text says of running them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_FENCE = re.compile(r"^```(?P<language>[\w-]*)$")
_NOT_RUN = re.compile(r"^<!-- not run: (?P<reason>.+) -->$")


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """One block.

    Attributes:
        line: Of its opening fence, counted from 1.
        language: As the fence says it; empty when it says none.
        not_run: Why it cannot run here, from the comment before it; None where it can.
    """

    document: str
    line: int
    language: str
    text: str
    not_run: str | None

    @property
    def place(self) -> str:
        """Where to look when it fails."""
        return f"{self.document}:{self.line}"


def code_blocks(path: Path) -> list[CodeBlock]:
    """All of them, in their order."""
    found: list[CodeBlock] = []
    opened: tuple[int, str] | None = None
    inside: list[str] = []
    reason: str | None = None
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if opened is not None:
            if line.strip() == "```":
                found.append(CodeBlock(path.name, *opened, "\n".join(inside), reason))
                opened, inside, reason = None, [], None
            else:
                inside.append(line)
        elif fence := _FENCE.match(line.strip()):
            opened = (number, fence["language"])
        elif note := _NOT_RUN.match(line.strip()):
            reason = note["reason"]
        elif line.strip():
            reason = None
    assert opened is None, f"{path.name}: a fence is not closed"
    return found
