"""Extract the code blocks of a document, with the reason if a block is not run."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_FENCE = re.compile(r"^```(?P<language>[\w-]*)$")
_NOT_RUN = re.compile(r"^<!-- not run: (?P<reason>.+) -->$")


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """One fenced code block.

    Attributes:
        line: Line number of the opening fence, from 1.
        language: The language of the fence; empty if it names none.
        not_run: The reason from the comment before the block, or None if the block runs.
    """

    document: str
    line: int
    language: str
    text: str
    not_run: str | None

    @property
    def place(self) -> str:
        """File and line, for test IDs and messages."""
        return f"{self.document}:{self.line}"


def code_blocks(path: Path) -> list[CodeBlock]:
    """Return all code blocks of a document in order."""
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
    assert opened is None, f"{path.name}: a code fence is not closed"
    return found
