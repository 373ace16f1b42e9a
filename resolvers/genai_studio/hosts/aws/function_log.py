"""The log of a Lambda function: JSON lines that hold nothing of what people send.

The program's own lines are written so. Those of libraries are not: they may
quote a request, so all that is kept of them is who wrote, how grave it is and
where; and of any exception its kind and its place.
"""

from __future__ import annotations

import logging
import sys
from typing import Any

from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter

from genai_studio.failure_log import describe

OWN = "genai_studio"
SERVICE = "genai-studio"


class DiscreetFormatter(LambdaPowertoolsFormatter):
    """Powertools' JSON of what may be kept of a record."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        return super().format(_discreet(record))


def open_log() -> DiscreetFormatter:
    """Make every logger of this process write JSON lines to standard output.

    Returns:
        What takes the keys that each line of a call should have.
    """
    lines = DiscreetFormatter(
        service=SERVICE, use_rfc3339=True, utc=True, location="%(name)s:%(lineno)d"
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(lines)
    root = logging.getLogger()
    # Lambda's own handler writes the same lines as text.
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger(OWN).setLevel(logging.INFO)
    return lines


def _discreet(record: logging.LogRecord) -> logging.LogRecord:
    own = record.name == OWN or record.name.startswith(f"{OWN}.")
    text = record.getMessage() if own else f"A library wrote a line of level {record.levelname}."
    error: Any = record.exc_info[1] if record.exc_info else None
    if error is not None:
        text = f"{text} {describe(error)}"
    # A new record, because a library may have hung more than a message on the old one.
    return logging.LogRecord(
        record.name, record.levelno, record.pathname, record.lineno, text, (), None, record.funcName
    )
