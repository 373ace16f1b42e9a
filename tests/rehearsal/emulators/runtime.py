"""Run AWS's Lambda runtime client, and record the AWS operations that the handler calls.

Usage: runtime.py HANDLER RECORD CLOCK_AHEAD

Each botocore operation is appended to the file RECORD on first use. Requests and
URLs that are signed without a botocore client are recorded by the IAM action that
they need. The function's clock is CLOCK_AHEAD seconds ahead.
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
    """Records each operation once."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._seen: set[str] = set()

    def note(self, operation: str) -> None:
        if operation not in self._seen:
            self._seen.add(operation)
            with self._file.open("a", encoding="utf-8") as file:
                file.write(operation + "\n")

    def note_calls(self) -> None:
        """Record the operations of all botocore clients."""
        make = botocore.session.Session.__init__

        def noted(session: Any, *arguments: Any, **options: Any) -> None:
            make(session, *arguments, **options)
            session.register("before-call", self._note_call)

        setattr(botocore.session.Session, "__init__", noted)  # noqa: B010 - mypy refuses the assignment

    def _note_call(self, model: Any, **_: Any) -> None:
        self.note(f"{model.service_model.service_name}:{model.name}")

    def note_signatures(self) -> None:
        """Record requests to AppSync, and presigned requests that clients send to S3."""
        note = self.note
        add_auth = botocore.auth.SigV4Auth.add_auth
        signer_class: Any = botocore.auth.S3SigV4QueryAuth
        sign_url = signer_class._inject_signature_to_request

        def noted_auth(signer: Any, request: Any) -> Any:
            if signer._service_name == "appsync":
                note("appsync:GraphQL")
            return add_auth(signer, request)

        def noted_url(signer: Any, request: Any, signature: Any) -> Any:
            note("s3:GetObject")
            return sign_url(signer, request, signature)

        post_class: Any = botocore.auth.S3SigV4PostAuth
        sign_post = post_class.add_auth

        def noted_post(signer: Any, request: Any) -> Any:
            note("s3:PutObject")
            return sign_post(signer, request)

        post_class.add_auth = noted_post
        setattr(botocore.auth.SigV4Auth, "add_auth", noted_auth)  # noqa: B010 - as above
        signer_class._inject_signature_to_request = noted_url


def end_with_parent() -> None:
    """Kill this process when its parent exits. A frozen process handles no other signal."""
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
