"""Configure logging of a Lambda function: JSON lines without user data.

The studio's own messages contain no user data. Messages of libraries may quote a
request, so only their logger, level and location are kept. Of any exception, only its
type and traceback locations are kept.
"""

from __future__ import annotations

import logging
import sys
from typing import Any

from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter

from genai_studio.failure_log import describe

PACKAGE = "genai_studio"
SERVICE = "genai-studio"


class RedactingFormatter(LambdaPowertoolsFormatter):
    """Powertools' JSON formatter for redacted records."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the redacted record as one line of JSON."""
        return super().format(_redact(record))


def configure_logging() -> RedactingFormatter:
    """Make all loggers of this process write JSON lines to standard output.

    Returns:
        The formatter. Its `append_keys` adds keys to all following lines.
    """
    formatter = RedactingFormatter(
        service=SERVICE, use_rfc3339=True, utc=True, location="%(name)s:%(lineno)d"
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    # Replace Lambda's own handler, which would write the same records as text.
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger(PACKAGE).setLevel(logging.INFO)
    return formatter


def _redact(record: logging.LogRecord) -> logging.LogRecord:
    own = record.name == PACKAGE or record.name.startswith(f"{PACKAGE}.")
    text = record.getMessage() if own else f"Redacted {record.levelname} message of a library."
    error: Any = record.exc_info[1] if record.exc_info else None
    if error is not None:
        text = f"{text} {describe(error)}"
    # Create a new record, because libraries may attach extra attributes to theirs.
    return logging.LogRecord(
        record.name, record.levelno, record.pathname, record.lineno, text, (), None, record.funcName
    )
