"""A process of a function: AWS's runtime client, with a record of what is asked of AWS.

Usage: runtime.py HANDLER RECORD CLOCK_AHEAD

Each operation of botocore is noted in the file RECORD, one a line, when it is
first used; signed requests and links that no client of botocore's makes, by
the right that they need. The function's clock is CLOCK_AHEAD seconds ahead.
"""

from __future__ import annotations

import ctypes
import signal
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import botocore.auth
import botocore.session
import time_machine
from awslambdaric.__main__ import main

_PR_SET_PDEATHSIG = 1


class Record:
    """What was used, each once."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._seen: set[str] = set()

    def note(self, operation: str) -> None:
        if operation not in self._seen:
            self._seen.add(operation)
            with self._file.open("a", encoding="utf-8") as file:
                file.write(operation + "\n")

    def note_calls(self) -> None:
        """What clients do, whichever session makes them."""
        make = botocore.session.Session.__init__

        def noted(session: Any, *arguments: Any, **options: Any) -> None:
            make(session, *arguments, **options)
            session.register("before-call", self._note_call)

        botocore.session.Session.__init__ = noted  # type: ignore[method-assign]

    def _note_call(self, model: Any, **_: Any) -> None:
        self.note(f"{model.service_model.service_name}:{model.name}")

    def note_signatures(self) -> None:
        """Requests to AppSync are signed by hand, as are links to objects."""
        note = self.note
        add_auth = botocore.auth.SigV4Auth.add_auth
        sign_link = botocore.auth.S3SigV4QueryAuth._inject_signature_to_request

        def noted_auth(signer: Any, request: Any) -> Any:
            if signer._service_name == "appsync":
                note("appsync:GraphQL")
            return add_auth(signer, request)

        def noted_link(signer: Any, request: Any, signature: Any) -> Any:
            note("s3:GetObject")
            return sign_link(signer, request, signature)

        botocore.auth.SigV4Auth.add_auth = noted_auth  # type: ignore[method-assign]
        botocore.auth.S3SigV4QueryAuth._inject_signature_to_request = noted_link


def end_with_parent() -> None:
    """A frozen process hears no other signal, and would outlive a test run that was killed."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


if __name__ == "__main__":
    end_with_parent()
    record = Record(Path(sys.argv[2]))
    record.note_signatures()
    record.note_calls()
    ahead = timedelta(seconds=float(sys.argv[3]))
    if ahead:
        time_machine.travel(datetime.now(UTC) + ahead, tick=True).start()
    main(sys.argv[:2])
